//! How each event is delivered: the one table of classes, priorities and merge windows.

use std::time::Duration;

use crate::hub::lanes::{Class, Priority};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    pub class: Class,
    pub priority: Priority,
    pub stream: Stream,
}

/// Events that gather in the same window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// What the JSON protocol subscribes to by type.
    Types,
    Business,
    Logs,
}

/// A window ends by time or when it is full, whatever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub longest: Duration,
    pub events: usize,
}

impl Stream {
    pub fn window(self) -> Window {
        let (millis, events) = match self {
            Stream::Types => (50, 100),
            Stream::Business => (100, 100),
            Stream::Logs => (100, 50),
        };
        Window { longest: Duration::from_millis(millis), events }
    }
}

/// A name that ends in `:` stands for everything that begins like it.
#[rustfmt::skip]
const TABLE: &[(&str, Class, Priority, Stream)] = &[
    ("connected",           Class::Reliable,   Priority::High,   Stream::Types),
    ("disconnected",        Class::Reliable,   Priority::High,   Stream::Types),
    ("connection_rejected", Class::Reliable,   Priority::High,   Stream::Types),
    ("authenticated",       Class::Reliable,   Priority::High,   Stream::Types),
    ("pong",                Class::Reliable,   Priority::High,   Stream::Types),
    ("error",               Class::Reliable,   Priority::High,   Stream::Types),
    ("warning",             Class::Reliable,   Priority::High,   Stream::Types),
    ("subscribed",          Class::Reliable,   Priority::Normal, Stream::Types),
    ("unsubscribed",        Class::Reliable,   Priority::Normal, Stream::Types),
    ("history_data",        Class::Reliable,   Priority::Low,    Stream::Types),
    ("health_alert",        Class::Reliable,   Priority::High,   Stream::Types),
    ("health_recovery",     Class::Reliable,   Priority::Normal, Stream::Types),
    ("config_update",       Class::Reliable,   Priority::Normal, Stream::Types),
    ("status_update",       Class::BestEffort, Priority::Normal, Stream::Types),
    ("stats_update",        Class::BestEffort, Priority::Normal, Stream::Types),
    ("system:",             Class::BestEffort, Priority::Normal, Stream::Types),
    ("device:",             Class::BestEffort, Priority::Normal, Stream::Types),
    ("log:",                Class::BestEffort, Priority::Low,    Stream::Logs),
    ("order:",              Class::Reliable,   Priority::Normal, Stream::Business),
    ("orders:",             Class::Reliable,   Priority::Normal, Stream::Business),
    ("reservation:",        Class::Reliable,   Priority::Normal, Stream::Business),
    ("notice:",             Class::Reliable,   Priority::Normal, Stream::Business),
    ("notice",              Class::Reliable,   Priority::Normal, Stream::Business),
];

/// What the table says; a name that is not in it is somebody's business event, and not ours to
/// lose.
pub fn delivery(event: &str) -> Delivery {
    let matches = |name: &str| event == name || (name.ends_with(':') && event.starts_with(name));
    let row = TABLE.iter().find(|(name, ..)| matches(name));
    let (class, priority, stream) = row
        .map_or((Class::Reliable, Priority::Normal, Stream::Business), |(_, g, p, s)| (*g, *p, *s));
    Delivery { class, priority, stream }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_arrive_is_reliable() {
        let reliable = ["order:update", "orders:refresh", "reservation:update", "notice:new"];
        for event in reliable.into_iter().chain(["notice", "health_alert", "refund:done"]) {
            assert_eq!(delivery(event).class, Class::Reliable, "{event}");
        }
        for event in ["status_update", "stats_update", "log:new", "log:batch", "device:online"] {
            assert_eq!(delivery(event).class, Class::BestEffort, "{event}");
        }
    }

    #[test]
    fn a_prefix_is_not_a_name() {
        assert_eq!(delivery("log:new").stream, Stream::Logs);
        assert_eq!(delivery("logbook:new").stream, Stream::Business);
        assert_eq!(delivery("status_update2").stream, Stream::Business);
    }

    #[test]
    fn windows_are_those_of_their_stream() {
        let window = |event| {
            let window = delivery(event).stream.window();
            (window.longest.as_millis(), window.events)
        };
        assert_eq!(window("status_update"), (50, 100));
        assert_eq!(window("order:update"), (100, 100));
        assert_eq!(window("log:new"), (100, 50));
    }
}

//! How each event is delivered: the one table of guarantees, priorities and merge windows.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    pub guarantee: Guarantee,
    pub priority: Priority,
    pub stream: Stream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarantee {
    /// Never merged into another event, never dropped for a newer one.
    Reliable,
    /// The newest one is what counts: it may be thinned out for a reader that is slow.
    BestEffort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    High,
    Normal,
    Low,
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
const TABLE: &[(&str, Guarantee, Priority, Stream)] = &[
    ("connected",           Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("disconnected",        Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("connection_rejected", Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("authenticated",       Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("pong",                Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("error",               Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("warning",             Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("subscribed",          Guarantee::Reliable,   Priority::Normal, Stream::Types),
    ("unsubscribed",        Guarantee::Reliable,   Priority::Normal, Stream::Types),
    ("history_data",        Guarantee::Reliable,   Priority::Low,    Stream::Types),
    ("health_alert",        Guarantee::Reliable,   Priority::High,   Stream::Types),
    ("health_recovery",     Guarantee::Reliable,   Priority::Normal, Stream::Types),
    ("config_update",       Guarantee::Reliable,   Priority::Normal, Stream::Types),
    ("status_update",       Guarantee::BestEffort, Priority::Normal, Stream::Types),
    ("stats_update",        Guarantee::BestEffort, Priority::Normal, Stream::Types),
    ("system:",             Guarantee::BestEffort, Priority::Normal, Stream::Types),
    ("device:",             Guarantee::BestEffort, Priority::Normal, Stream::Types),
    ("log:",                Guarantee::BestEffort, Priority::Low,    Stream::Logs),
    ("order:",              Guarantee::Reliable,   Priority::Normal, Stream::Business),
    ("orders:",             Guarantee::Reliable,   Priority::Normal, Stream::Business),
    ("reservation:",        Guarantee::Reliable,   Priority::Normal, Stream::Business),
    ("notice:",             Guarantee::Reliable,   Priority::Normal, Stream::Business),
    ("notice",              Guarantee::Reliable,   Priority::Normal, Stream::Business),
];

/// What the table says; a name that is not in it is somebody's business event, and not ours to
/// lose.
pub fn delivery(event: &str) -> Delivery {
    let matches = |name: &str| event == name || (name.ends_with(':') && event.starts_with(name));
    let row = TABLE.iter().find(|(name, ..)| matches(name));
    let (guarantee, priority, stream) = row
        .map_or((Guarantee::Reliable, Priority::Normal, Stream::Business), |(_, g, p, s)| {
            (*g, *p, *s)
        });
    Delivery { guarantee, priority, stream }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_arrive_is_reliable() {
        let reliable = ["order:update", "orders:refresh", "reservation:update", "notice:new"];
        for event in reliable.into_iter().chain(["notice", "health_alert", "refund:done"]) {
            assert_eq!(delivery(event).guarantee, Guarantee::Reliable, "{event}");
        }
        for event in ["status_update", "stats_update", "log:new", "log:batch", "device:online"] {
            assert_eq!(delivery(event).guarantee, Guarantee::BestEffort, "{event}");
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

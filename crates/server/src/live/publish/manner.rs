//! How an event is delivered: what the one table says of its name, unless its publisher says
//! otherwise.

use std::sync::Arc;

use realtime::hub::history::Keep;
use realtime::hub::lanes::{Class, Priority};
use realtime::hub::{Merge, Publication, Scope, Window};
use realtime::native::delivery::{self, Stream, delivery};

use super::message::{Delivery, Message, Urgency};
use super::problems::Problems;

const MAX_KEY: usize = 128;

#[derive(Debug)]
pub struct Manner {
    class: Class,
    priority: Priority,
    keep: Option<Keep>,
    key: Option<Arc<str>>,
    volatile: bool,
    window: Option<Window>,
}

pub fn of(message: &Message, scope: &Scope, keep: Keep, problems: &mut Problems) -> Manner {
    let table = delivery(&message.event);
    let state = message.volatile || message.key.is_some();
    let class = match (message.delivery, table.class) {
        (Some(Delivery::Reliable), _) => Class::Reliable,
        (None, Class::Reliable) if !state => Class::Reliable,
        _ => Class::BestEffort,
    };
    let contradiction = "cannot be with delivery reliable, which is never dropped";
    let reliable = class == Class::Reliable;
    problems.must(!(reliable && message.volatile), "volatile", contradiction);
    problems.must(!(reliable && message.key.is_some()), "key", contradiction);
    let key = message.key.as_deref();
    let fits = |key: &str| (1..=MAX_KEY).contains(&key.len()) && !key.chars().any(char::is_control);
    let problem = "must be 1 to 128 bytes without control characters";
    problems.must(key.is_none_or(fits), "key", problem);
    Manner {
        class,
        priority: message.priority.map_or(table.priority, urgency),
        keep: reliable.then_some(keep),
        key: key.map(|key| format!("{}:{key}", message.event).into()),
        volatile: message.volatile,
        // A reliable event does not wait in its window: it sends what does before itself.
        window: (!message.volatile).then(|| window(scope, table.stream)),
    }
}

impl Manner {
    pub fn apply(&self, publication: Publication) -> Publication {
        Publication {
            priority: self.priority,
            class: self.class,
            keep: self.keep,
            key: self.key.clone(),
            volatile: self.volatile,
            merge: match self.class {
                Class::BestEffort if !self.volatile => Merge::Streams,
                _ => Merge::Never,
            },
            window: self.window.clone(),
            ..publication
        }
    }
}

fn urgency(wanted: Urgency) -> Priority {
    match wanted {
        Urgency::High => Priority::High,
        Urgency::Normal => Priority::Normal,
        Urgency::Low => Priority::Low,
    }
}

/// Every project has its own.
fn window(scope: &Scope, stream: Stream) -> Window {
    let name = match stream {
        Stream::Types => "types",
        Stream::Business => "business",
        Stream::Logs => "logs",
    };
    let delivery::Window { longest, events } = stream.window();
    Window { stream: format!("{}/{name}", scope.tenant).into(), wait: longest, count: events }
}

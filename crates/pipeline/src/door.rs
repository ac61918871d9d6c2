use model::Source;

use crate::{devices, logs, telemetry, websee};

/// Which endpoint a request came to: says how its body is read. Devices are counted with logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Native,
    WebSee,
    Logs,
    Devices,
}

impl Door {
    pub fn source(self) -> Source {
        match self {
            Door::Native => Source::Native,
            Door::WebSee => Source::WebSee,
            Door::Logs | Door::Devices => Source::Logs,
        }
    }

    /// The fields of a body that may hold its items.
    pub fn lists(self) -> &'static [&'static str] {
        match self {
            Door::Native => telemetry::LISTS,
            Door::WebSee => websee::LISTS,
            Door::Logs => logs::LISTS,
            Door::Devices => devices::LISTS,
        }
    }
}

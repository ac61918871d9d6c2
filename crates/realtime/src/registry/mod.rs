//! Who is connected: one registry for every transport. It decides who may come in, whom that
//! costs the place, and keeps the books. No IO: it says whom to close, the transports do it.

mod counters;
mod departures;
mod guards;
mod options;
mod queries;
mod record;
mod reserve;
mod stats;
mod table;
#[cfg(test)]
mod tests;
mod view;
mod words;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Clock;

pub use counters::{Counters, Rejection};
pub use guards::{Registered, Reservation};
pub use options::Options;
pub use queries::{LONGEST_PAGE, Page};
pub use record::{CloseHandle, ConnectionInfo, ConnectionRecord};
pub use reserve::{Applicant, Evict, LimitError};
pub use stats::Stats;
pub use view::ConnectionView;
pub use words::{CloseReason, Protocol, Tier, Transport};

use table::Table;

/// Cheap to clone; all clones are the same registry.
#[derive(Clone)]
pub struct Registry {
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    clock: Arc<dyn Clock>,
    table: Mutex<Table>,
}

impl Registry {
    pub fn new(options: Options, clock: Arc<dyn Clock>) -> Self {
        Registry { shared: Arc::new(Shared { options, clock, table: Mutex::default() }) }
    }

    pub fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Nothing that is not ours runs while this is held: no close handle, above all.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.shared.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

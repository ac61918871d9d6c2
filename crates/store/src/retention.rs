use model::settings::Retention;
use model::{Millis, ProjectId, Signal};

use crate::inbox::InboxError;
use crate::store::Store;
use crate::warehouse::{PurgePlan, WarehouseError};

const DAY: Millis = 86_400_000;

/// What a round of retention took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retired {
    pub rows: u64,
    pub recording_files: u64,
    pub ledger_rows: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Inbox(#[from] InboxError),
    #[error("files: {0}")]
    Io(#[from] std::io::Error),
}

impl Store {
    /// Removes what each project does not want to keep any longer, and makes the space free for
    /// what comes. Meant for once an hour. Blocks.
    pub fn retain(
        &self,
        projects: impl IntoIterator<Item = (ProjectId, Retention)>,
    ) -> Result<Retired, RetentionError> {
        let now = self.inner.clock.now();
        let mut retired = Retired::default();
        let days = |n: u32| now - i64::from(n) * DAY;
        // What belongs to no project has no settings of its own.
        let mut ledger = vec![(ProjectId::NONE, days(Retention::default().ledger_days))];
        for (project, keep) in projects {
            for (signal, before) in [
                (Signal::Event, days(keep.events_days)),
                (Signal::Error, days(keep.errors_days)),
                (Signal::Log, days(keep.logs_days)),
                (Signal::Recording, days(keep.recordings_days)),
            ] {
                let plan = PurgePlan { project: Some(project), signal, from: Millis::MIN, before };
                let purged = self.warehouse.purge(&plan)?;
                retired.rows += purged.rows;
                let files = purged.files.iter().map(String::as_str);
                retired.recording_files += self.recordings.remove(files);
                if signal == Signal::Recording {
                    // Whole days, with whatever a crash left in them without a row.
                    self.recordings.purge(project, before)?;
                }
            }
            ledger.push((project, days(keep.ledger_days)));
        }
        retired.ledger_rows = self.inbox.purge_ledger(ledger)?;
        self.inner.log_files().purge(now)?;
        self.recordings.measure()?;
        if retired.rows > 0 {
            self.warehouse.checkpoint()?;
        }
        Ok(retired)
    }
}

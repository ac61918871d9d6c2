use store::Store;

use super::{Job, JobError, Schedule, blocking};

/// Removes what each project does not want to keep any longer.
pub struct Retention(pub Store);

impl Job for Retention {
    const NAME: &'static str = "retention";

    fn schedule(&self) -> Schedule {
        Schedule::Every { ms: 3_600_000 }
    }

    async fn run(&self) -> Result<String, JobError> {
        let store = self.0.clone();
        blocking(move || {
            let retired = store.retain(store.control.retention()?)?;
            Ok(format!(
                "{} rows, {} recording files, {} ledger rows",
                retired.rows, retired.recording_files, retired.ledger_rows
            ))
        })
        .await
    }
}

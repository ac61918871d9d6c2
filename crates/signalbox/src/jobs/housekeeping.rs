use super::{Job, JobError, Schedule};

/// Writes last-used times of keys and sessions down and forgets expired sessions, login guards and
/// audit entries.
pub struct Housekeeping(pub server::App);

impl Job for Housekeeping {
    const NAME: &'static str = "housekeeping";

    fn schedule(&self) -> Schedule {
        Schedule::Every { ms: 60_000 }
    }

    async fn run(&self) -> Result<String, JobError> {
        self.0.housekeep().await;
        Ok("control plane swept".to_owned())
    }
}

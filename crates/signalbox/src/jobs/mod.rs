//! What happens by itself, by the clock.
//!
//! A job is a struct with a name, a schedule and `run`, in a file of its own; [`Jobs::add`] is the
//! one place that starts it. Runs of one job never overlap; a run that was missed while the server
//! was down is made up; the log tells how late each one began and how long it took.

mod backup;
mod housekeeping;
mod last_runs;
mod retention;
mod schedule;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use model::{Clock, Millis};
use tokio::task::JoinSet;

pub use backup::Backup;
pub use housekeeping::Housekeeping;
pub use retention::Retention;
pub use schedule::Schedule;

use last_runs::LastRuns;

pub type JobError = Box<dyn std::error::Error + Send + Sync>;

pub trait Job: Send + Sync + 'static {
    const NAME: &'static str;

    fn schedule(&self) -> Schedule;

    /// What was done, for the log.
    fn run(&self) -> impl Future<Output = Result<String, JobError>> + Send;
}

/// How long to sleep at most before looking at the clock again: it may have been set.
const LOOK: Duration = Duration::from_secs(30);
/// Beyond this the log calls a run late.
const LATE: Millis = 60_000;

pub struct Jobs {
    clock: Arc<dyn Clock>,
    last_runs: Arc<LastRuns>,
    tasks: JoinSet<()>,
}

impl Jobs {
    pub fn new(data_dir: &Path, clock: Arc<dyn Clock>) -> Jobs {
        let last_runs = Arc::new(LastRuns::open(data_dir.join("jobs.json")));
        Jobs { clock, last_runs, tasks: JoinSet::new() }
    }

    pub fn add<J: Job>(&mut self, job: J) {
        let (clock, last_runs) = (Arc::clone(&self.clock), Arc::clone(&self.last_runs));
        let schedule = job.schedule();
        let mut last = last_runs.get(J::NAME);
        // A new daily job starts to count now, or it would never be due.
        if last.is_none() && matches!(schedule, Schedule::Daily { .. }) {
            last = Some(clock.now());
            last_runs.set(J::NAME, clock.now());
        }
        self.tasks.spawn(async move {
            loop {
                let due = schedule.due(last, clock.now());
                sleep_until(&*clock, due).await;
                let began = clock.now();
                once(&job, due, &*clock).await;
                last = Some(began);
                last_runs.set(J::NAME, began);
            }
        });
    }

    /// Stops all of them at their next pause. What a job has on disk is complete or not there.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Runs what blocks off the threads that serve requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JobError> + Send + 'static,
) -> Result<T, JobError> {
    tokio::task::spawn_blocking(work).await?
}

async fn sleep_until(clock: &dyn Clock, due: Millis) {
    loop {
        let wait = due - clock.now();
        if wait <= 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(wait.unsigned_abs()).min(LOOK)).await;
    }
}

async fn once<J: Job>(job: &J, due: Millis, clock: &dyn Clock) {
    let began = clock.now();
    let late_ms = (began - due).max(0);
    if late_ms > LATE {
        tracing::warn!(job = J::NAME, late_ms, "a run was missed and is made up now");
    }
    match job.run().await {
        Ok(done) => {
            let took_ms = clock.now() - began;
            match job.schedule() {
                // Too frequent to be news.
                Schedule::Every { .. } => {
                    tracing::debug!(job = J::NAME, late_ms, took_ms, done, "job done");
                }
                Schedule::Daily { .. } => {
                    tracing::info!(job = J::NAME, late_ms, took_ms, done, "job done");
                }
            }
        }
        Err(error) => tracing::error!(job = J::NAME, late_ms, %error, "job failed"),
    }
}

#[cfg(test)]
mod tests;

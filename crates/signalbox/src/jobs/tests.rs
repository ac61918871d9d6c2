use std::sync::atomic::{AtomicU32, Ordering};

use model::ManualClock;
use tokio::sync::mpsc;

use super::*;

struct Daily {
    runs: mpsc::UnboundedSender<Millis>,
    clock: Arc<ManualClock>,
    failures: AtomicU32,
}

impl Job for Daily {
    const NAME: &'static str = "daily";

    fn schedule(&self) -> Schedule {
        Schedule::Daily { at: jiff::civil::time(2, 0, 0, 0), zone: jiff::tz::TimeZone::UTC }
    }

    async fn run(&self) -> Result<String, JobError> {
        self.runs.send(self.clock.now())?;
        if self.failures.fetch_add(1, Ordering::SeqCst) == 0 {
            Err("first run fails".into())
        } else {
            Ok(String::new())
        }
    }
}

/// Fails in virtual time instead of hanging in real time.
async fn next(ran: &mut mpsc::UnboundedReceiver<Millis>) -> Option<Millis> {
    tokio::time::timeout(Duration::from_secs(600), ran.recv()).await.expect("the job is due")
}

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;

#[tokio::test(start_paused = true)]
async fn a_run_missed_while_the_server_was_down_is_made_up_once() {
    let dir = tempfile::tempdir().expect("tempdir");
    let clock = Arc::new(ManualClock::at(100 * DAY + 12 * HOUR));
    let start = |clock: &Arc<ManualClock>| {
        let (runs, ran) = mpsc::unbounded_channel();
        let mut jobs = Jobs::new(dir.path(), Arc::clone(clock) as Arc<dyn Clock>);
        jobs.add(Daily { runs, clock: Arc::clone(clock), failures: AtomicU32::new(0) });
        (jobs, ran)
    };

    // Noon of the first day: nothing to make up for; 02:00 comes.
    let (jobs, mut ran) = start(&clock);
    clock.set(101 * DAY + 2 * HOUR);
    assert_eq!(next(&mut ran).await, Some(101 * DAY + 2 * HOUR));
    // A failed run does not end the job.
    clock.set(102 * DAY + 2 * HOUR);
    assert_eq!(next(&mut ran).await, Some(102 * DAY + 2 * HOUR));
    jobs.stop().await;
    assert!(ran.try_recv().is_err());

    // Down for three nights: one run now, the next at 02:00.
    clock.set(105 * DAY + 9 * HOUR);
    let (jobs, mut ran) = start(&clock);
    assert_eq!(next(&mut ran).await, Some(105 * DAY + 9 * HOUR));
    clock.set(106 * DAY + 2 * HOUR);
    assert_eq!(next(&mut ran).await, Some(106 * DAY + 2 * HOUR));
    jobs.stop().await;
}

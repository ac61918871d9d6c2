use std::time::{Duration, Instant};

use model::{Clock, Millis};

use super::{Courier, Refused, Story};

/// How much and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Items per second; 0 sends as fast as the server takes them.
    pub per_second: f64,
    /// Stop after this many items.
    pub items: u64,
    /// Stop after this time.
    pub duration: Duration,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub requests: u64,
    pub items: u64,
    /// Requests that were answered with something else than 2xx.
    pub refused: u64,
}

const DAY: Millis = 86_400_000;
/// What `Retry-After` may ask of us; the demo would rather skip than hang.
const PATIENCE: Duration = Duration::from_secs(5);

/// The last 24 hours, oldest first, more by day than by night, as fast as the server takes them.
pub fn history(
    story: &mut Story,
    courier: &Courier,
    now: Millis,
    items: u64,
    stop: impl Fn() -> bool,
) -> Result<Progress, Refused> {
    let mut progress = Progress::default();
    while progress.items < items && !stop() {
        let share = progress.items as f64 / items as f64;
        // A day has one long hump; the derivative of this stays positive, so time never goes back.
        let bent = share - (share * std::f64::consts::TAU).sin() / 9.0;
        let at = now - DAY + (bent * (DAY - 120_000) as f64) as Millis;
        send(story, courier, at, true, &mut progress)?;
    }
    Ok(progress)
}

/// A steady stream until the pace's bounds or `stop` end it.
pub fn live(
    story: &mut Story,
    courier: &Courier,
    clock: &dyn Clock,
    pace: Pace,
    stop: impl Fn() -> bool,
) -> Result<Progress, Refused> {
    let started = Instant::now();
    let mut progress = Progress::default();
    while progress.items < pace.items && started.elapsed() < pace.duration && !stop() {
        if pace.per_second > 0.0 {
            let due = Duration::from_secs_f64(progress.items as f64 / pace.per_second);
            // Short sleeps, so that a stop is noticed at once.
            if let Some(wait) = due.checked_sub(started.elapsed()).filter(|w| !w.is_zero()) {
                std::thread::sleep(wait.min(Duration::from_millis(100)));
                continue;
            }
        }
        send(story, courier, clock.now(), false, &mut progress)?;
    }
    Ok(progress)
}

fn send(
    story: &mut Story,
    courier: &Courier,
    at: Millis,
    past: bool,
    progress: &mut Progress,
) -> Result<(), Refused> {
    for shipment in story.scene(at, past) {
        let answer = courier.carry(&shipment)?;
        progress.requests += 1;
        progress.items += u64::from(shipment.items);
        progress.refused += u64::from(!(200..300).contains(&answer.status));
        if let Some(wait) = answer.retry_after_s {
            std::thread::sleep(Duration::from_secs(wait).min(PATIENCE));
        }
    }
    Ok(())
}

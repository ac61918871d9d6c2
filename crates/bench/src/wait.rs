use std::time::{Duration, Instant};

use crate::error::BenchError;

const EVERY: Duration = Duration::from_millis(5);

/// Looks until `look` finds something, and fails at the deadline.
pub fn until<T>(
    what: &'static str,
    within: Duration,
    mut look: impl FnMut() -> Option<T>,
) -> Result<T, BenchError> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            return Err(BenchError::NotReady { what });
        }
        std::thread::sleep(EVERY);
    }
}

//! Counts that are not worth a commit of their own: refused requests and dropped items, summed
//! in memory until the next commit takes them along.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::{LedgerRow, Millis, ProjectId, Reason, Source};

/// Overflow policy: beyond this many different lines, a new project's counts go to
/// [`ProjectId::NONE`], so that nothing is lost and memory stays flat.
const MOST_LINES: usize = 8192;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Line {
    pub hour: Millis,
    pub project: ProjectId,
    pub source: Source,
    pub reason: Reason,
}

impl Line {
    pub fn row(self, count: u64) -> LedgerRow {
        let Line { hour, project, source, reason } = self;
        LedgerRow { project, hour, source, reason, count }
    }
}

/// The UTC hour a moment belongs to.
pub(crate) fn hour(at: Millis) -> Millis {
    at - at.rem_euclid(3_600_000)
}

#[derive(Debug, Default)]
pub(crate) struct Refusals {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<Line, u64>,
    /// Taken by a commit that has not ended yet.
    in_flight: HashMap<Line, u64>,
}

impl Refusals {
    pub fn add(&self, mut line: Line, count: u64) {
        if count == 0 {
            return;
        }
        let mut state = self.lock();
        if state.waiting.len() >= MOST_LINES && !state.waiting.contains_key(&line) {
            line.project = ProjectId::NONE;
        }
        *state.waiting.entry(line).or_default() += count;
    }

    /// What the next commit shall carry. Must be followed by [`Refusals::settle`].
    pub fn begin(&self) -> Vec<(Line, u64)> {
        let mut state = self.lock();
        state.in_flight = std::mem::take(&mut state.waiting);
        state.in_flight.iter().map(|(&line, &count)| (line, count)).collect()
    }

    /// The commit has ended; if it failed, its counts wait again.
    pub fn settle(&self, committed: bool) {
        let mut state = self.lock();
        let carried = std::mem::take(&mut state.in_flight);
        if !committed {
            for (line, count) in carried {
                *state.waiting.entry(line).or_default() += count;
            }
        }
    }

    pub fn unsettled(&self) -> Vec<(Line, u64)> {
        let state = self.lock();
        state.waiting.iter().chain(&state.in_flight).map(|(&l, &n)| (l, n)).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Plain sums: a thread that panicked elsewhere leaves them whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(project: i64) -> Line {
        let (source, reason) = (Source::Native, Reason::Key);
        Line { hour: 0, project: ProjectId(project), source, reason }
    }

    #[test]
    fn a_flood_of_projects_keeps_memory_flat_and_counts_exact() {
        let refusals = Refusals::default();
        for project in 1..=100_000 {
            refusals.add(line(project), 2);
        }
        let lines = refusals.begin();
        assert_eq!(lines.len(), MOST_LINES + 1);
        assert_eq!(lines.iter().map(|(_, n)| n).sum::<u64>(), 200_000);
    }

    #[test]
    fn a_failed_commit_gives_its_counts_back() {
        let refusals = Refusals::default();
        refusals.add(line(1), 2);
        refusals.begin();
        refusals.add(line(1), 3);
        assert_eq!(refusals.unsettled().iter().map(|(_, n)| n).sum::<u64>(), 5);
        refusals.settle(false);
        assert_eq!(refusals.begin(), [(line(1), 5)]);
        refusals.settle(true);
        assert!(refusals.is_empty() && refusals.unsettled().is_empty());
    }
}

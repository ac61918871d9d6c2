//! Who wants which event: filters as clients send them, and an index over very many of them.
//!
//! Every dimension that is given has to match, any of its values will do, and an empty one
//! restricts nothing. Filters are normalised when they are made, so that those that mean the same
//! are equal and share one evaluation and one encoded batch.

mod buckets;
mod facts;
mod fold;
mod health;
mod index;
mod keyword;
mod levels;
mod log;
mod read;

#[cfg(test)]
mod tests;

pub use facts::Facts;
pub use health::{HealthFilter, Severity};
pub use index::{FilterIndex, Group, GroupId};
pub use levels::Levels;
pub use log::LogFilter;
pub use read::FilterError;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Filter {
    Log(LogFilter),
    Health(HealthFilter),
}

impl Filter {
    pub fn matches(&self, facts: &Facts<'_>) -> bool {
        match self {
            Filter::Log(filter) => filter.matches(facts),
            Filter::Health(filter) => filter.matches(facts),
        }
    }

    /// Leaves only what matches, for a backlog.
    pub fn retain<T>(&self, list: &mut Vec<T>, facts: impl Fn(&T) -> Facts<'_>) {
        list.retain(|item| self.matches(&facts(item)));
    }
}

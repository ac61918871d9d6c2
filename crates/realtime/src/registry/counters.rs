use std::collections::BTreeMap;

use serde::Serialize;

use super::{CloseReason, LimitError, Registry};

/// Since the start. `connects` less all `disconnects` is who is connected now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    pub connects: u64,
    /// Connects of somebody who left within the minute before.
    pub reconnects: u64,
    pub disconnects: BTreeMap<CloseReason, u64>,
    pub rejected: BTreeMap<Rejection, u64>,
}

/// Why somebody did not get in. The limits are counted by the registry, the rest is reported by
/// whoever refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    Full,
    PerUser,
    PerIp,
    /// Too many handshakes from one source.
    Handshakes,
    Unauthorised,
    Origin,
    /// The handshake made no sense.
    Malformed,
}

impl From<LimitError> for Rejection {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::Full => Rejection::Full,
            LimitError::PerUser => Rejection::PerUser,
            LimitError::PerIp => Rejection::PerIp,
        }
    }
}

impl Registry {
    pub fn counters(&self) -> Counters {
        self.table().counters.clone()
    }

    /// For refusals that are not the registry's own.
    pub fn rejected(&self, why: Rejection) {
        self.table().counters.reject(why);
    }
}

impl Counters {
    pub(super) fn reject(&mut self, why: Rejection) {
        *self.rejected.entry(why).or_default() += 1;
    }
}

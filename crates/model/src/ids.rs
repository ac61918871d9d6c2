use serde::{Deserialize, Serialize};

/// UTC milliseconds since the epoch: the one representation of time inside Signalbox.
pub type Millis = i64;

/// A project's row in the control plane. `ProjectId::NONE` owns what could not be attributed,
/// so that a request with an unknown key still ends in the ledger.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ProjectId(pub i64);

impl ProjectId {
    pub const NONE: ProjectId = ProjectId(0);
}

impl std::fmt::Display for ProjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

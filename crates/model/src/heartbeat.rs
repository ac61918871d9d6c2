use serde::{Deserialize, Serialize};

use crate::{Millis, ProjectId};

/// A device says that it is there, or that it is leaving.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    pub project: ProjectId,
    pub device: String,
    /// In the device's own words; [`Heartbeat::OFFLINE`] is the one that means something to us.
    pub status: String,
    pub ts: Millis,
    pub received_at: Millis,
}

impl Heartbeat {
    /// What a device is that says nothing else about itself.
    pub const ONLINE: &str = "online";
    /// The last word of a device that leaves, in letters of either case.
    pub const OFFLINE: &str = "offline";
}

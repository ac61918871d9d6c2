//! How full the disk is, and what that refuses.

/// When each rung of [`model::Pressure`] begins, as the share of space that is still free.
#[derive(Debug, Clone, PartialEq)]
pub struct DiskOptions {
    /// Budget for the data directory; 0 takes the whole file system.
    pub max_bytes: u64,
    pub recordings_below: f64,
    pub events_below: f64,
    pub logs_below: f64,
    pub full_below: f64,
}

impl Default for DiskOptions {
    fn default() -> Self {
        DiskOptions {
            max_bytes: 0,
            recordings_below: 0.15,
            events_below: 0.10,
            logs_below: 0.06,
            full_below: 0.03,
        }
    }
}

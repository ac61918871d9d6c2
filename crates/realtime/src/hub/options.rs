use std::sync::Arc;

use model::Clock;

/// How large things may get.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Loops that write; one for each core.
    pub shards: usize,
    /// Bytes that may wait for one connection.
    pub waiting_per_connection: usize,
    /// Bytes that may wait for all of them.
    pub waiting_in_all: usize,
    /// Publications that may wait for the shards.
    pub lane_items: usize,
    pub lane_bytes: usize,
    /// Bytes of all that is remembered, and in how many rooms.
    pub history_bytes: usize,
    pub history_rooms: usize,
    pub clock: Arc<dyn Clock>,
}

impl HubOptions {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        HubOptions {
            shards: std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 16),
            waiting_per_connection: 1 << 20,
            waiting_in_all: 256 << 20,
            lane_items: 65_536,
            lane_bytes: 64 << 20,
            history_bytes: 64 << 20,
            history_rooms: 100_000,
            clock,
        }
    }
}

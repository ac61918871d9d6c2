use realtime::hub::history::Keep;
use realtime::limits::Rate;

/// How much may be published, and how much of it is remembered.
#[derive(Debug, Clone)]
pub struct PublishOptions {
    /// Events of one key or operator.
    pub rate: Rate,
    /// Bytes of one event's data.
    pub max_data: usize,
    /// Of reliable events, in each room.
    pub keep: Keep,
    /// Ids by which repetitions are recognised, for a day at most.
    pub remembered: usize,
}

impl Default for PublishOptions {
    fn default() -> Self {
        PublishOptions {
            rate: Rate::per_second(1000, 2000),
            max_data: 64 << 10,
            keep: Keep { count: 10_000, bytes: 4 << 20, age_ms: 300_000 },
            remembered: 100_000,
        }
    }
}

use model::Millis;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Connections at once, those of VIPs included.
    pub total: usize,
    /// From one [`Source`](crate::limits::Source); 0 is unlimited.
    pub per_ip: usize,
    /// The heartbeat's interval and some grace: whoever was silent for longer may be replaced by
    /// the same user.
    pub stale_after: Millis,
    /// How long a connection may do nothing at all: no subscription, no message.
    pub idle_after: Millis,
}

impl Default for Options {
    fn default() -> Self {
        Options { total: 10_000, per_ip: 100, stale_after: 45_000, idle_after: 300_000 }
    }
}

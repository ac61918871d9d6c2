/// Ceilings that hold for every project, whatever its settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineOptions {
    /// Bytes of a body, as received and again after decompression.
    pub max_body_bytes: usize,
    /// The same for logs.
    pub max_log_body_bytes: usize,
    /// Nesting of one item.
    pub max_depth: usize,
    /// Values in one item.
    pub max_nodes: usize,
    /// Callers remembered by the rate limiter; the least recently seen is forgotten first.
    pub rate_limit_entries: usize,
    /// Nonces remembered per ten minutes; beyond that signed requests are refused.
    pub nonce_entries: usize,
    /// Requests with a recording that are decoded at the same time.
    pub heavy_requests: usize,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        PipelineOptions {
            max_body_bytes: 8 << 20,
            max_log_body_bytes: 8 << 20,
            max_depth: 32,
            max_nodes: 20_000,
            rate_limit_entries: 100_000,
            nonce_entries: 500_000,
            heavy_requests: 2,
        }
    }
}

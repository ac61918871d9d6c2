use super::Bytes;
use super::check::Problems;
use super::section::section;

section! {
    /// Ceilings of what comes in, whatever a project's own limits say.
    Ingest {
        /// Body of a telemetry or web-see request, as received and again after decompression.
        max_body: Bytes = Bytes::mib(8);
        /// The same for logs.
        max_log_body: Bytes = Bytes::mib(8);
        /// All bodies that are being received or worked on together; beyond it, 503.
        bodies_in_flight: Bytes = Bytes::mib(64);
        /// Requests with a screen recording that are decoded at the same time.
        recordings_at_once: u32 = 2;
        /// Callers that the rate limiter remembers; the least recently seen is forgotten first.
        rate_limit_entries: u32 = 100_000;
        /// Nonces of signed requests remembered per ten minutes; beyond that they are refused.
        nonce_entries: u32 = 500_000;
    }
}

impl Ingest {
    pub fn check(&self, problems: &mut Problems<'_>) {
        problems.range("max_body", self.max_body, Bytes(64 << 10)..=Bytes::mib(64));
        problems.range("max_log_body", self.max_log_body, Bytes(64 << 10)..=Bytes::mib(64));
        problems.range("bodies_in_flight", self.bodies_in_flight, Bytes::mib(1)..=Bytes::gib(16));
        if self.bodies_in_flight < self.max_body.max(self.max_log_body) {
            problems.add("bodies_in_flight", "must have room for one body of the largest size");
        }
        problems.range("recordings_at_once", self.recordings_at_once, 1..=64);
        problems.range("rate_limit_entries", self.rate_limit_entries, 1_000..=10_000_000);
        problems.range("nonce_entries", self.nonce_entries, 1_000..=50_000_000);
    }
}

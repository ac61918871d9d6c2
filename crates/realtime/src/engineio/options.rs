use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;

use crate::handshake::Handshake;

type Gate = Arc<dyn Fn(&Handshake) -> Result<(), String> + Send + Sync>;
type Origins = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// How sessions are kept. The defaults are those of the product; the stock server's own differ in
/// `ping_timeout` (20 s).
#[derive(Clone)]
pub struct EngineOptions {
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// Bytes of one message, and of one polling body.
    pub max_payload: usize,
    /// For a client to finish an upgrade that it has begun.
    pub upgrade_timeout: Duration,
    pub sessions: usize,
    /// Offer permessage-deflate.
    pub deflate: bool,
    /// Pages of which origins may read answers, with credentials.
    pub origins: Origins,
    /// Who may open a session at all; the text of a refusal reaches the client.
    pub gate: Gate,
    /// Headers of the handshake that are kept for handlers. Everything else is forgotten.
    pub keep_headers: Vec<HeaderName>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            ping_interval: Duration::from_millis(25_000),
            ping_timeout: Duration::from_millis(60_000),
            max_payload: 1_000_000,
            upgrade_timeout: Duration::from_secs(10),
            sessions: 100_000,
            deflate: true,
            origins: Arc::new(|_| false),
            gate: Arc::new(|_| Ok(())),
            keep_headers: vec![http::header::ORIGIN, http::header::USER_AGENT],
        }
    }
}

impl fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineOptions")
            .field("ping_interval", &self.ping_interval)
            .field("ping_timeout", &self.ping_timeout)
            .field("max_payload", &self.max_payload)
            .finish_non_exhaustive()
    }
}

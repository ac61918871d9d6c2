use std::fmt;
use std::sync::Arc;
use std::time::Duration;

type Origins = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// How streams are kept. The defaults are those of the product.
#[derive(Clone)]
pub struct Options {
    /// From one comment to the next, so that nobody in between thinks it is over.
    pub keep_alive: Duration,
    /// What was not fetched for that long never will be.
    pub timeout: Duration,
    /// How long clients wait before they come back.
    pub retry: Duration,
    /// Rooms of one stream.
    pub rooms: usize,
    /// Take tokens from `?token=`: an `EventSource` has no other place for them.
    pub query_tokens: bool,
    /// Take them from the cookie of this name.
    pub cookie: Option<&'static str>,
    /// Pages of which origins may read streams, with credentials.
    pub origins: Origins,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            keep_alive: Duration::from_secs(20),
            timeout: Duration::from_secs(60),
            retry: Duration::from_secs(3),
            rooms: 64,
            query_tokens: true,
            cookie: None,
            origins: Arc::new(|_| false),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("keep_alive", &self.keep_alive)
            .field("rooms", &self.rooms)
            .finish_non_exhaustive()
    }
}

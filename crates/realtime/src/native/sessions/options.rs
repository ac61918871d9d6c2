use std::time::Duration;

use crate::limits::{Patience, Rate};
use crate::native::Protocol;
use crate::native::limits::MAX_HISTORY;

/// Shorter heartbeats than this cost more than they find out.
const SHORTEST: Duration = Duration::from_secs(10);

/// How connections to `/ws` are kept. The defaults are those of the product.
#[derive(Debug, Clone)]
pub struct Options {
    /// From one ping of the server to the next.
    pub heartbeat_interval: Duration,
    /// Who is silent for that long is gone.
    pub heartbeat_timeout: Duration,
    /// For a connection without a subscription and without a message; pings are none.
    pub idle_after: Duration,
    /// Bytes of one message of a client.
    pub max_message: usize,
    pub deflate: bool,
    /// JSON messages may leave out `id`, `type` and `timestamp`.
    pub lenient: bool,
    /// Of connections that do not ask for one.
    pub default_protocol: Protocol,
    /// Records of each type that follow a subscription; at most 100, 0 for none.
    pub history: usize,
    /// Records that one `get_history` may ask for; at most 100.
    pub max_history: usize,
    /// Messages of one connection; `None`: as many as it likes.
    pub messages: Option<Rate>,
    pub patience: Patience,
    /// Channels of one connection.
    pub channels: usize,
    /// What clients are told about coming back.
    pub max_reconnect_attempts: u32,
    /// Refuse by an HTTP status instead of a close code, which pages cannot read.
    pub reject_before_upgrade: bool,
    /// How long a connection without a token may take to show one; `None`: it is refused.
    pub auth_within: Option<Duration>,
    /// For a fresh token after the old one has expired.
    pub reauth_grace: Duration,
    /// Take tokens from `?token=`.
    pub query_tokens: bool,
    /// Connections that have not shown a token yet, in all and from one address.
    pub strangers: (usize, usize),
    pub resend: Resend,
    /// For development only: what is no message of the protocol is sent back as it came.
    pub raw_echo: bool,
    /// For tests only: heartbeats may be as short as they like.
    pub testing: bool,
}

/// What waits for acknowledgements on one connection, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resend {
    /// Until the first repetition; each further one takes twice as long.
    pub after: Duration,
    pub times: u32,
    pub longest: Duration,
    pub events: usize,
    pub bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    #[error("a heartbeat of less than 10 seconds is too short")]
    Heartbeat,
    #[error("an answer has at most 100 records of history")]
    History,
    #[error("the heartbeat's timeout must be longer than its interval")]
    Timeout,
}

impl Options {
    pub(super) fn check(&self) -> Result<(), OptionsError> {
        let shortest = if self.testing { Duration::ZERO } else { SHORTEST };
        if self.heartbeat_interval < shortest || self.heartbeat_timeout < shortest {
            return Err(OptionsError::Heartbeat);
        }
        if self.heartbeat_timeout <= self.heartbeat_interval {
            return Err(OptionsError::Timeout);
        }
        let records = self.history.max(self.max_history);
        if records as u64 > MAX_HISTORY || self.max_history == 0 {
            return Err(OptionsError::History);
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            heartbeat_interval: Duration::from_secs(30),
            heartbeat_timeout: Duration::from_secs(60),
            idle_after: Duration::from_secs(300),
            max_message: 1_000_000,
            deflate: true,
            lenient: false,
            default_protocol: Protocol::Json,
            history: 50,
            max_history: 100,
            messages: Some(Rate::per_second(100, 100)),
            patience: Patience::default(),
            channels: 256,
            max_reconnect_attempts: 5,
            reject_before_upgrade: false,
            auth_within: Some(Duration::from_secs(10)),
            reauth_grace: Duration::from_secs(60),
            query_tokens: true,
            strangers: (1000, 20),
            resend: Resend::default(),
            raw_echo: false,
            testing: false,
        }
    }
}

impl Default for Resend {
    fn default() -> Self {
        Resend {
            after: Duration::from_secs(5),
            times: 5,
            longest: Duration::from_secs(300),
            events: 256,
            bytes: 1 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_have_a_shortest_length_outside_of_tests() {
        let seconds = Duration::from_secs;
        let of = |interval, timeout, testing| {
            let heartbeat = (seconds(interval), seconds(timeout));
            let (heartbeat_interval, heartbeat_timeout) = heartbeat;
            let options = Options { testing, ..Options::default() };
            Options { heartbeat_interval, heartbeat_timeout, ..options }.check()
        };
        assert_eq!(Options::default().check(), Ok(()));
        assert_eq!(of(9, 60, false), Err(OptionsError::Heartbeat));
        assert_eq!(of(10, 10, false), Err(OptionsError::Timeout));
        assert_eq!(of(10, 11, false), Ok(()));
        assert_eq!(of(1, 2, true), Ok(()));
        let long = Options { history: 101, ..Options::default() };
        assert_eq!(long.check(), Err(OptionsError::History));
    }
}

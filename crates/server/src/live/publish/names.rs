//! What an event may be called.

use super::problems::Problems;

const MAX_CHARS: usize = 128;

/// Names by which the protocols speak of the connection itself: from a publisher they would be
/// forgeries.
const RESERVED: &[&str] = &[
    "ack",
    "authenticated",
    "batch_update",
    "connect",
    "connect_error",
    "connected",
    "connection_rejected",
    "disconnect",
    "disconnected",
    "disconnecting",
    "error",
    "history_data",
    "newListener",
    "ping",
    "pong",
    "removeListener",
    "subscribed",
    "unsubscribed",
    "warning",
    "welcome",
];

/// What the server may need one day.
const OWN: &str = "sb:";

pub fn check(name: &str, problems: &mut Problems) {
    let chars = name.chars().take(MAX_CHARS + 1).count();
    let fits = (1..=MAX_CHARS).contains(&chars) && !name.chars().any(char::is_control);
    problems.must(fits, "event", "must be 1 to 128 characters without control characters");
    let reserved = RESERVED.contains(&name) || name.starts_with(OWN);
    problems.must(!reserved, "event", "is a name that only the server uses");
}

use std::fmt;

use super::rooms::{check_room, reserved};

/// Rooms by name: one exactly (`channel:orders`), or all below a prefix (`channel:shop:*`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChannelPattern(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    #[error("must be 1 to 200 bytes without control characters")]
    Form,
    #[error("may have one *, at the end and after a colon, as in channel:orders:*")]
    Wildcard,
    #[error("is a name that only the server gives out")]
    Reserved,
}

impl ChannelPattern {
    pub fn parse(text: &str) -> Result<ChannelPattern, ChannelError> {
        check_room(text).map_err(|_| ChannelError::Form)?;
        let fixed = text.strip_suffix('*').unwrap_or(text);
        let prefix_ok = fixed.len() == text.len() || (fixed.len() > 1 && fixed.ends_with(':'));
        if fixed.contains('*') || !prefix_ok {
            return Err(ChannelError::Wildcard);
        }
        if reserved(fixed) {
            return Err(ChannelError::Reserved);
        }
        Ok(ChannelPattern(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn matches(&self, room: &str) -> bool {
        channel_matches(&self.0, room)
    }
}

impl fmt::Display for ChannelPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a pattern that [`ChannelPattern::parse`] accepts covers `room`.
pub fn channel_matches(pattern: &str, room: &str) -> bool {
    match pattern.strip_suffix('*') {
        // The prefix itself is no room below it.
        Some(prefix) => room.len() > prefix.len() && room.starts_with(prefix),
        None => pattern == room,
    }
}

//! The packets of Socket.IO v5.

mod args;
mod binary;
mod decode;
mod decoder;
mod encode;
mod into_args;
mod json;
mod payload;
mod placeholders;

#[cfg(test)]
mod tests;

pub use args::{ArgError, Args};
pub use binary::Binary;
pub use decode::{DecodeError, Limits, decode};
pub use decoder::{Body, Decoder, FeedError, Incoming};
pub use encode::{
    Wire, ack_text, append_string, connect_error_text, connect_text, disconnect_text, event_text,
};
pub use into_args::{EncodeError, IntoArgs};

use std::fmt::{self, Write as _};

/// More is neither received nor sent, whatever the [`Limits`] say.
pub const MAX_ATTACHMENTS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
    BinaryEvent,
    BinaryAck,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Connect,
        Kind::Disconnect,
        Kind::Event,
        Kind::Ack,
        Kind::ConnectError,
        Kind::BinaryEvent,
        Kind::BinaryAck,
    ];

    fn from_digit(digit: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(digit.checked_sub(b'0')?)).copied()
    }

    fn digit(self) -> char {
        char::from(b'0' + self as u8)
    }

    pub fn is_binary(self) -> bool {
        matches!(self, Kind::BinaryEvent | Kind::BinaryAck)
    }
}

/// A packet as one text; its attachments follow as binary messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub kind: Kind,
    /// Starts with `/`.
    pub namespace: &'a str,
    pub id: Option<u64>,
    /// JSON, or nothing.
    pub data: &'a str,
    /// How many binary messages follow; 0 unless the kind is binary.
    pub attachments: usize,
}

impl fmt::Display for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(self.kind.digit())?;
        if self.kind.is_binary() {
            write!(f, "{}-", self.attachments)?;
        }
        if self.namespace != "/" {
            write!(f, "{},", self.namespace)?;
        }
        if let Some(id) = self.id {
            write!(f, "{id}")?;
        }
        f.write_str(self.data)
    }
}

//! How one connection is spoken to, in either protocol. What is made here are whole frames.

use bytes::{Bytes, BytesMut};
use model::Millis;
use uuid::Uuid;

use crate::hub::wire::{self, Dialect, Wire};
use crate::native::{ErrorCode, Protocol, Refusal, Version, json, simple};
use crate::websocket::{CloseCode, frame};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Voice {
    pub protocol: Protocol,
    pub version: Version,
    pub deflate: bool,
}

impl Voice {
    pub fn dialect(self) -> Dialect {
        match (self.protocol, self.version) {
            (Protocol::Simple, _) => Dialect::Simple,
            (Protocol::Json, Version::V1_0) => Dialect::Json,
            (Protocol::Json, Version::V1_1) => Dialect::Json11,
        }
    }

    fn frame(self, text: &[u8]) -> Bytes {
        let wire = Wire { dialect: self.dialect(), deflate: self.deflate };
        wire::text(&String::from_utf8_lossy(text), wire)
    }

    pub fn json(self, now: Millis, message: &json::ServerMessage<'_>) -> Bytes {
        let (id, version) = (Uuid::now_v7(), self.version);
        let envelope = json::Envelope { id, timestamp: now, version, direction: false };
        let mut out = Vec::new();
        json::write(&mut out, envelope, message);
        self.frame(&out)
    }

    pub fn simple(
        self,
        now: Millis,
        request_id: Option<&str>,
        message: &simple::ServerMessage<'_>,
    ) -> Bytes {
        let mut out = Vec::new();
        simple::write(&mut out, now, request_id, message);
        self.frame(&out)
    }

    pub fn greeting(self, now: Millis, connected: json::Connected<'_>) -> Bytes {
        match self.protocol {
            Protocol::Json => self.json(now, &json::ServerMessage::Connected(connected)),
            Protocol::Simple => {
                let epoch = connected.epoch;
                self.simple(now, None, &simple::ServerMessage::Welcome { epoch })
            }
        }
    }

    pub fn authenticated(
        self,
        now: Millis,
        expires_at: Option<Millis>,
        request_id: Option<&str>,
    ) -> Bytes {
        match self.protocol {
            Protocol::Json => {
                self.json(now, &json::ServerMessage::Authenticated { expires_at, request_id })
            }
            Protocol::Simple => {
                let message = simple::ServerMessage::Authenticated { expires_at };
                self.simple(now, request_id, &message)
            }
        }
    }

    pub fn error(self, now: Millis, refusal: &Refusal) -> Bytes {
        match self.protocol {
            Protocol::Json => self.json(now, &json::ServerMessage::Error(refusal)),
            Protocol::Simple => self.simple(now, None, &simple::ServerMessage::Error(refusal)),
        }
    }

    pub fn warning(self, now: Millis, code: ErrorCode, message: &str) -> Bytes {
        let dropped = None;
        match self.protocol {
            Protocol::Json => {
                let warning = json::Warning { code, message, dropped };
                self.json(now, &json::ServerMessage::Warning(warning))
            }
            Protocol::Simple => {
                let warning = simple::ServerMessage::Warning { code, message, dropped };
                self.simple(now, None, &warning)
            }
        }
    }

    /// The last words to a connection that was served.
    pub fn farewell(self, now: Millis, code: CloseCode, reason: &str) -> Bytes {
        let close = frame::close(code, reason);
        match self.protocol {
            Protocol::Simple => close,
            Protocol::Json => {
                let told = json::ServerMessage::Disconnected { reason };
                both(&self.json(now, &told), &close)
            }
        }
    }

    /// The last words to a connection that was not let in.
    pub fn rejection(self, now: Millis, code: ErrorCode, reason: &str) -> Bytes {
        let told = match self.protocol {
            Protocol::Json => self.json(now, &json::ServerMessage::Rejected { code, reason }),
            Protocol::Simple => self.error(now, &Refusal::new(code, reason)),
        };
        both(&told, &frame::close(code.close_code(), reason))
    }
}

fn both(one: &[u8], other: &[u8]) -> Bytes {
    let mut all = BytesMut::with_capacity(one.len() + other.len());
    all.extend_from_slice(one);
    all.extend_from_slice(other);
    all.freeze()
}

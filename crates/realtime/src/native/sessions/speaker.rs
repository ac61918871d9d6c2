//! What a client says, and how much of it is borne.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use model::Millis;

use super::pause::Pause;
use super::session::Session;
use super::{json, simple};
use crate::hub::wire::{self, Wire};
use crate::limits::{Abuse, Bucket, Verdict, Violation};
use crate::native::{ErrorCode, Protocol, Refusal};
use crate::net::{Heard, Speaker};
use crate::registry::CloseReason;
use crate::websocket::CloseCode;

/// For somebody who tries our patience.
const PAUSE: Duration = Duration::from_secs(1);
/// A flood is answered this often.
const TOLD_EVERY: Millis = 1000;

pub(super) struct Spoken {
    session: Arc<Session>,
    bucket: Option<Bucket>,
    abuse: Abuse,
    pause: Arc<Pause>,
    told_at: Option<Millis>,
}

impl Spoken {
    pub fn new(session: Arc<Session>) -> Self {
        let (options, now) = (&session.door.options, session.now());
        Spoken {
            bucket: options.messages.map(|rate| Bucket::new(rate, now)),
            abuse: Abuse::new(options.patience),
            pause: Pause::new(&session.link),
            told_at: None,
            session,
        }
    }

    /// Whether the message may be looked at.
    fn admits(&mut self, now: Millis) -> bool {
        let Some(bucket) = &mut self.bucket else { return true };
        if bucket.take(now).is_ok() {
            return true;
        }
        if self.told_at.is_none_or(|at| now.saturating_sub(at) >= TOLD_EVERY) {
            self.told_at = Some(now);
            self.session.refuse(&Refusal::new(ErrorCode::RateLimited, "Too many messages"));
        }
        self.judge(Violation::Flood, now);
        false
    }

    fn refuse(&mut self, refusal: &Refusal, now: Millis) {
        self.session.refuse(refusal);
        let violation = match refusal.code {
            ErrorCode::Unauthorized | ErrorCode::Forbidden => Violation::Refused,
            _ => Violation::Parse,
        };
        self.judge(violation, now);
    }

    fn judge(&mut self, violation: Violation, now: Millis) {
        match self.abuse.record(violation, now) {
            Verdict::Ok => {}
            Verdict::Throttle => {
                let pulse = &self.session.door.premises.pulse;
                self.pause.begin(PAUSE, pulse);
            }
            Verdict::Disconnect => {
                tracing::info!(violations = ?self.abuse.violations(), "a client was disconnected");
                let code = match violation {
                    Violation::Flood => CloseCode::RATE_LIMITED,
                    Violation::Parse | Violation::Refused => CloseCode::POLICY,
                };
                self.session.end_with(CloseReason::Abuse, code);
            }
        }
    }

    fn hear(&self, text: &str, now: Millis) -> Result<(), Refusal> {
        let protocol = {
            let mut state = self.session.state();
            let settled = state.selection.settle(text.as_bytes());
            let other = settled.protocol != state.selection.protocol;
            state.selection = settled;
            if other {
                self.session.resettle(&state);
            }
            settled.protocol
        };
        match protocol {
            Protocol::Json => json::hear(&self.session, text, now),
            Protocol::Simple => simple::hear(&self.session, text, now),
        }
    }

    fn wire(&self) -> Wire {
        let voice = self.session.state().voice(&self.session);
        Wire { dialect: voice.dialect(), deflate: voice.deflate }
    }
}

impl Speaker for Spoken {
    fn text(&mut self, text: &str) -> Heard {
        let now = self.session.now();
        if self.session.link.ending().is_some() || !self.admits(now) {
            return Heard::Go;
        }
        match self.hear(text, now) {
            Ok(()) => {}
            Err(refusal) if self.session.door.options.raw_echo && is_no_message(&refusal) => {
                self.session.say(wire::text(text, self.wire()));
            }
            Err(refusal) => self.refuse(&refusal, now),
        }
        Heard::Go
    }

    fn binary(&mut self, bytes: Bytes) -> Heard {
        let now = self.session.now();
        if self.session.link.ending().is_some() || !self.admits(now) {
            return Heard::Go;
        }
        if self.session.door.options.raw_echo {
            self.session.say(wire::binary(&bytes, self.wire()));
        } else {
            self.refuse(&Refusal::new(ErrorCode::InvalidMessage, "Messages are text"), now);
        }
        Heard::Go
    }

    fn alive(&mut self) {
        self.session.hear();
    }

    fn busy(&self) -> bool {
        self.session.deciding.load(Ordering::Acquire) || self.pause.holds()
    }

    fn violated(&mut self, label: &'static str) {
        self.session.violated.store(true, Ordering::Relaxed);
        if label == crate::websocket::Violation::TooBig.label() {
            self.session.refuse(&Refusal::new(ErrorCode::PayloadTooLarge, "Message is too large"));
        }
    }
}

fn is_no_message(refusal: &Refusal) -> bool {
    matches!(
        refusal.code,
        ErrorCode::ParseError
            | ErrorCode::InvalidMessage
            | ErrorCode::InvalidType
            | ErrorCode::UnknownAction
    )
}

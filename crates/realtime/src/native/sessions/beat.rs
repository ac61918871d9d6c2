//! What comes by time: pings, silence, idleness, tokens that expire.

use std::time::{Duration, Instant};

use super::member::Member;
use super::session::{Session, State};
use crate::native::ErrorCode;
use crate::net::pulse::Beat;
use crate::registry::CloseReason;
use crate::websocket::frame;

impl Beat for Session {
    fn beat(&self, now: Instant) -> Option<Instant> {
        if self.link.ending().is_some() || self.link.is_gone() {
            return None;
        }
        let options = &self.door.options;
        let silent_until = self.heard() + options.heartbeat_timeout;
        if now >= silent_until {
            self.end(CloseReason::HeartbeatTimeout);
            return None;
        }
        let (next_ping, pinged) = self.ping(now);
        if pinged || self.has_expired() {
            self.check_standing(now);
        }
        let others = match self.member_beat(now) {
            Ok(next) => next,
            Err(Over::Reason(reason)) => {
                self.end(reason);
                return None;
            }
            Err(Over::NeverCame) => {
                self.reject(ErrorCode::Unauthorized, "Authentication required");
                return None;
            }
        };
        Some(others.into_iter().flatten().fold(next_ping.min(silent_until), Instant::min))
    }
}

enum Over {
    Reason(CloseReason),
    NeverCame,
}

impl Session {
    /// When the next ping is due, and whether one has just gone out.
    fn ping(&self, now: Instant) -> (Instant, bool) {
        let interval = self.door.options.heartbeat_interval;
        let mut state = self.state();
        let due = now >= state.pinged + interval;
        if due {
            state.pinged = now;
        }
        let next = state.pinged + interval;
        drop(state);
        if due {
            self.say(frame::ping(&[]));
        }
        (next, due)
    }

    fn member_beat(&self, now: Instant) -> Result<[Option<Instant>; 3], Over> {
        let mut state = self.state();
        let State { stranger, member, .. } = &mut *state;
        if let Some(stranger) = stranger {
            let until = stranger.until;
            let next = [Some(until), None, None];
            return if now < until { Ok(next) } else { Err(Over::NeverCame) };
        }
        let Some(member) = member else { return Ok([None; 3]) };
        member.keep_books(&self.link);
        let grace = self.grace(member, now)?;
        let idle = self.idle(member, now)?;
        let expiry = if member.lapsed.is_none() { self.until_expiry(member) } else { None };
        let expiry = expiry.map(|wait| now + wait);
        Ok([grace, idle, expiry])
    }

    /// When somebody whose token has expired must have shown another.
    fn grace(&self, member: &Member, now: Instant) -> Result<Option<Instant>, Over> {
        let Some(lapsed) = member.lapsed else { return Ok(None) };
        let until = lapsed + self.door.options.reauth_grace;
        if now >= until { Err(Over::Reason(CloseReason::Unauthorised)) } else { Ok(Some(until)) }
    }

    fn idle(&self, member: &Member, now: Instant) -> Result<Option<Instant>, Over> {
        let record = member.record();
        if record.subscriptions() > 0 {
            return Ok(None);
        }
        let quiet = self.now().saturating_sub(record.last_message());
        let quiet = Duration::from_millis(u64::try_from(quiet).unwrap_or(0));
        match self.door.options.idle_after.checked_sub(quiet) {
            Some(left) if !left.is_zero() => Ok(Some(now + left)),
            _ => Err(Over::Reason(CloseReason::Idle)),
        }
    }

    fn has_expired(&self) -> bool {
        let state = self.state();
        let Some(member) = &state.member else { return false };
        let expires_at = member.admitted.identity.expires_at;
        member.lapsed.is_none() && expires_at.is_some_and(|at| at <= self.now())
    }

    /// `None` also when it is over: the gate may be lenient, and is asked with every beat.
    fn until_expiry(&self, member: &Member) -> Option<Duration> {
        let left = member.admitted.identity.expires_at?.saturating_sub(self.now());
        let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
        Some(Duration::from_millis(left))
    }
}

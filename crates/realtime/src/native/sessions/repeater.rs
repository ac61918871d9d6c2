use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Instant;

use super::member::Member;
use super::session::Session;
use super::unacked::Unacked;
use crate::hub::wire::Wire;
use crate::net::pulse::Beat;

/// What a client has not acknowledged, and the beat that sends it again. Only clients that
/// acknowledge have one.
pub(super) struct Repeater {
    session: Weak<Session>,
}

impl Member {
    /// From `offset` on it acknowledges.
    pub fn expect_acks(&mut self, session: &Session, offset: u64) {
        let (now, resend) = (Instant::now(), session.door.options.resend);
        let repeater = Arc::new(Repeater { session: session.own.clone() });
        session.door.premises.pulse.add(&repeater, now + resend.after);
        self.unacked = Some((Unacked::since(offset, resend), repeater));
    }

    /// The first acknowledgement is the beginning: from then on they are expected.
    pub fn acknowledge(&mut self, session: &Session, id: &str) {
        match &mut self.unacked {
            Some((unacked, _)) => unacked.acked(id),
            None => self.expect_acks(session, session.door.premises.hub.offset()),
        }
    }
}

impl Beat for Repeater {
    fn beat(&self, now: Instant) -> Option<Instant> {
        let session = self.session.upgrade()?;
        let mut state = session.state();
        let voice = state.voice(&session);
        let member = state.member.as_mut()?;
        let (unacked, _) = member.unacked.as_mut()?;
        // Who has not even got the first yet needs no second.
        if !session.link.has_waiting() {
            let hub = &session.door.premises.hub;
            let scope = member.subscriber.scope();
            let wire = Wire { dialect: voice.dialect(), deflate: voice.deflate };
            for event in unacked.due(hub, scope, &member.subscriptions, now) {
                member.subscriber.send(event.frames(wire).clone());
                session.door.resent.fetch_add(1, Ordering::Relaxed);
            }
            session.door.expired.fetch_add(unacked.take_expired(), Ordering::Relaxed);
        }
        Some(now + session.door.options.resend.after)
    }
}

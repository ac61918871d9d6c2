//! Tokens that come after the handshake, and identities that lose their ground.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::member::Member;
use super::opening::reserve;
use super::session::{Session, State};
use crate::gate::{self, Admitted, Caller, GateError, Standing};
use crate::native::{ErrorCode, Refusal, Secret};
use crate::registry::CloseReason;

const EXPIRED: &str = "The token has expired: show a fresh one";
const ANOTHER: &str = "The token is somebody else's";

impl Session {
    /// Looks at a token. Nothing more is read until that is decided.
    pub fn authenticate(self: &Arc<Self>, token: Secret, request_id: Option<String>) {
        self.deciding.store(true, Ordering::Release);
        let session = Arc::clone(self);
        tokio::spawn(async move {
            let protocol = session.state().selection.protocol.into();
            let (handshake, shown) = (&session.handshake, Some(token.reveal()));
            let caller = Caller { handshake, token: shown, protocol };
            let verdict = gate::ask(&*session.door.premises.gate, caller).await;
            session.decided(verdict, request_id);
            session.deciding.store(false, Ordering::Release);
            session.link.rouse();
        });
    }

    fn decided(&self, verdict: Result<Admitted, GateError>, request_id: Option<String>) {
        let stranger = self.state().member.is_none();
        match verdict {
            Ok(admitted) if stranger => self.come_in(admitted, request_id.as_deref()),
            Ok(admitted) => self.renew(admitted, request_id),
            Err(error) => {
                let registry = &self.door.premises.registry;
                error.rejection().into_iter().for_each(|why| registry.rejected(why));
                if stranger {
                    self.reject(error.code(), &error.to_string());
                } else {
                    let refusal = Refusal::new(error.code(), error.to_string());
                    self.refuse(&refusal.for_request(request_id));
                }
            }
        }
    }

    fn come_in(&self, admitted: Admitted, request_id: Option<&str>) {
        // It may have left while its token was looked at.
        if self.link.ending().is_some() || self.link.is_gone() {
            return;
        }
        let (address, protocol) = (self.handshake.address, self.state().selection.protocol);
        match reserve(&self.door, &admitted, address, protocol) {
            Ok(reservation) => {
                let expires_at = admitted.identity.expires_at;
                let voice = self.state().voice(self);
                let told = voice.authenticated(self.now(), expires_at, request_id);
                self.enter(admitted, reservation, Some(&told));
            }
            Err(error) => {
                self.reject(ErrorCode::MaxConnectionsExceeded, &error.to_string());
            }
        }
    }

    /// A fresh token of the same somebody, with perhaps other rights.
    fn renew(&self, admitted: Admitted, request_id: Option<String>) {
        let mut state = self.state();
        let voice = state.voice(self);
        let Some(member) = &mut state.member else { return };
        if !member.admitted.is_same_as(&admitted) {
            let refusal = Refusal::new(ErrorCode::Forbidden, ANOTHER).for_request(request_id);
            return member.subscriber.send(voice.error(self.now(), &refusal));
        }
        let expires_at = admitted.identity.expires_at;
        member.lapsed = None;
        member.admitted = admitted;
        member.move_own_rooms();
        let told = voice.authenticated(self.now(), expires_at, request_id.as_deref());
        member.subscriber.send(told);
        if let Some(lost) = member.give_up_what_is_no_longer_allowed() {
            member.subscriber.send(lost.unsubscribed(voice, self.now(), None));
            member.publish_subscriptions();
        }
    }

    /// Whether it may stay.
    pub fn check_standing(&self, now: Instant) {
        let identity = match &self.state().member {
            Some(member) => Arc::clone(&member.admitted.identity),
            None => return,
        };
        // Not under the lock: this may ask a database.
        match self.door.premises.gate.standing(&identity) {
            Standing::Good => {}
            Standing::Revoked => self.end(CloseReason::Unauthorised),
            Standing::Expired => self.lapse(&mut self.state(), now),
        }
    }

    fn lapse(&self, state: &mut State, now: Instant) {
        let voice = state.voice(self);
        if let Some(Member { lapsed: lapsed @ None, subscriber, .. }) = &mut state.member {
            *lapsed = Some(now);
            subscriber.send(voice.warning(self.now(), ErrorCode::Unauthorized, EXPIRED));
        }
    }
}

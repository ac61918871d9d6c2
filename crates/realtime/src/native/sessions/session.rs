//! One connection to `/ws`, from its handshake to its end.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use model::Millis;

use super::door::Inner;
use super::ending::{is_abrupt, reason_of, told};
use super::member::Member;
use super::opening::Entrance;
use super::voice::Voice;
use crate::gate::{Guest, Stranger};
use crate::handshake::Handshake;
use crate::hub::{Ending, Link, Part};
use crate::ids::random_id;
use crate::native::{ErrorCode, Refusal, Selection};
use crate::registry::CloseReason;
use crate::websocket::CloseCode;

pub(super) struct Session {
    pub door: Arc<Inner>,
    pub link: Arc<Link>,
    pub id: Arc<str>,
    pub handshake: Handshake,
    /// A token is being looked at; until then nothing more is read.
    pub deciding: AtomicBool,
    /// Why it ends, where that is not in the words of the ending.
    pub violated: AtomicBool,
    born: Instant,
    /// Milliseconds after that.
    heard: AtomicU64,
    pub(super) own: Weak<Session>,
    state: Mutex<State>,
}

pub(super) struct State {
    pub selection: Selection,
    /// Before somebody has said who they are.
    pub stranger: Option<Unknown>,
    pub member: Option<Member>,
    pub pinged: Instant,
}

pub(super) struct Unknown {
    pub until: Instant,
    _place: Stranger,
}

impl Session {
    pub fn new(
        door: &Arc<Inner>,
        link: &Arc<Link>,
        handshake: Handshake,
        selection: Selection,
    ) -> Arc<Self> {
        let born = Instant::now();
        let state = State { selection, stranger: None, member: None, pinged: born };
        Arc::new_cyclic(|own| Session {
            door: Arc::clone(door),
            link: Arc::clone(link),
            id: random_id(),
            handshake,
            deciding: AtomicBool::new(false),
            violated: AtomicBool::new(false),
            born,
            heard: AtomicU64::new(0),
            own: Weak::clone(own),
            state: Mutex::new(state),
        })
    }

    pub fn begin(&self, entrance: Entrance) {
        match entrance {
            Entrance::Member(admitted, reservation) => self.enter(admitted, reservation, None),
            Entrance::Stranger(place) => {
                let patience = self.door.options.auth_within.unwrap_or_default();
                let until = self.born + patience;
                self.state().stranger = Some(Unknown { until, _place: place });
            }
            Entrance::Refused { .. } => {}
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn now(&self) -> Millis {
        self.door.premises.clock.now()
    }

    /// Any frame: it is alive.
    pub fn hear(&self) {
        let since = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard.fetch_max(since, Ordering::Relaxed);
        if let Some(member) = &self.state().member {
            member.record().seen(self.now());
        }
    }

    pub fn heard(&self) -> Instant {
        self.born + Duration::from_millis(self.heard.load(Ordering::Relaxed))
    }

    /// Around everything that is published.
    pub fn say(&self, frames: Bytes) {
        self.link.send(Part::must(frames), Instant::now());
    }

    pub fn refuse(&self, refusal: &Refusal) {
        let state = self.state();
        let told = state.voice(self).error(self.now(), refusal);
        match &state.member {
            Some(member) => member.subscriber.send(told),
            None => self.say(told),
        }
    }

    /// Ends it for a reason that the registry knows.
    pub fn end(&self, reason: CloseReason) {
        self.end_with(reason, told(reason).0);
    }

    pub fn end_with(&self, reason: CloseReason, code: CloseCode) {
        let (_, words) = told(reason);
        let farewell = self.state().voice(self).farewell(self.now(), code, words);
        self.link.end(Ending { farewell, reason: words, abrupt: is_abrupt(reason) });
    }

    /// Ends it before it was let in.
    pub fn reject(&self, code: ErrorCode, reason: &str) {
        let farewell = self.state().voice(self).rejection(self.now(), code, reason);
        self.link.end(Ending { farewell, reason: "rejected", abrupt: false });
    }

    /// The connection is over; `words` say why.
    pub fn over(&self, words: &'static str) {
        let mut state = self.state();
        state.stranger = None;
        let Some(mut member) = state.member.take() else { return };
        drop(state);
        let violated = self.violated.load(Ordering::Relaxed);
        let reason = if violated { CloseReason::ProtocolError } else { reason_of(words) };
        member.keep_books(&self.link);
        member.leave(reason);
    }
}

impl State {
    pub fn voice(&self, session: &Session) -> Voice {
        let Selection { protocol, version, .. } = self.selection;
        Voice { protocol, version, deflate: session.link.deflates() }
    }
}

impl Guest for Session {
    fn recheck(&self) {
        self.check_standing(Instant::now());
    }

    fn dismiss(&self) {
        self.end(CloseReason::Shutdown);
    }
}

//! One client's session, whatever carries it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::engine::Inner;
use super::heartbeat::{Due, Heartbeat};
use super::packet::Packet;
use crate::handshake::Handshake;
use crate::hub::{Ending, Link, Part};
use crate::net::pulse::Beat;
use crate::websocket::{CloseCode, frame};

#[cfg(test)]
mod tests;

/// What runs on a session: Socket.IO, or an echo in a test. Called in order, never twice at once.
pub trait Client: Send {
    fn text(&mut self, text: &str) -> Result<(), Stop>;
    fn binary(&mut self, bytes: Bytes) -> Result<(), Stop>;
    /// Whether nothing more can be taken until [`Link::rouse`] is called.
    fn busy(&self) -> bool {
        false
    }
    fn closed(&mut self, reason: &'static str);
}

/// The session ends, for this reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop(pub &'static str);

/// For a polling client to hear that it is over.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Polling,
    WebSocket,
}

pub struct Session {
    pub id: Arc<str>,
    pub handshake: Arc<Handshake>,
    link: Arc<Link>,
    engine: Weak<Inner>,
    state: Mutex<State>,
    client: Mutex<Option<Box<dyn Client>>>,
    /// A POST waits here while the client is busy.
    idle: Notify,
    own: Weak<Session>,
}

struct State {
    transport: Transport,
    /// A client is trying its WebSocket; polls are answered at once so that it can leave.
    upgrading: bool,
    polled: bool,
    posted: bool,
    heartbeat: Heartbeat,
    heard: Instant,
    closed: Option<&'static str>,
}

impl Session {
    pub(super) fn new(
        id: Arc<str>,
        handshake: Arc<Handshake>,
        link: Arc<Link>,
        engine: &Arc<Inner>,
        transport: Transport,
    ) -> Arc<Self> {
        let options = &engine.options;
        let heartbeat = Heartbeat::new(options.ping_interval, options.ping_timeout, Instant::now());
        let state = State {
            transport,
            upgrading: false,
            polled: false,
            posted: false,
            heartbeat,
            heard: Instant::now(),
            closed: None,
        };
        let engine = Arc::downgrade(engine);
        let (state, client) = (Mutex::new(state), Mutex::new(None));
        Arc::new_cyclic(|own| Session {
            id,
            handshake,
            link,
            engine,
            state,
            client,
            idle: Notify::new(),
            own: Weak::clone(own),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self) -> MutexGuard<'_, Option<Box<dyn Client>>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_client(&self, client: Box<dyn Client>) {
        *self.client() = Some(client);
        let Some(reason) = self.state().closed else { return };
        // It ended while there was nobody to tell.
        let client = self.client().take();
        if let Some(mut client) = client {
            client.closed(reason);
        }
    }

    pub fn link(&self) -> &Arc<Link> {
        &self.link
    }

    pub fn transport(&self) -> Transport {
        self.state().transport
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed.is_some()
    }

    /// To this client, around everything that is published. `false`: never queued.
    pub fn send_text(&self, packet: &str) {
        self.link.send(Part::must(frame::text(packet)), Instant::now());
    }

    pub fn send_binary(&self, bytes: &[u8]) {
        self.link.send(Part::must(frame::binary(bytes)), Instant::now());
    }

    pub(super) fn busy(&self) -> bool {
        self.client().as_ref().is_some_and(|client| client.busy())
    }

    /// How long the client has been silent, pongs included.
    pub fn silent_for(&self) -> Duration {
        self.state().heard.elapsed()
    }

    pub(super) fn receive(&self, packet: &Packet<'_>) -> Result<(), Stop> {
        self.state().heard = Instant::now();
        match packet {
            Packet::Message(text) => match self.client().as_mut() {
                Some(client) => client.text(text),
                None => Ok(()),
            },
            Packet::Binary(bytes) => match self.client().as_mut() {
                Some(client) => client.binary(bytes.clone()),
                None => Ok(()),
            },
            Packet::Pong(_) => {
                self.state().heartbeat.answered();
                Ok(())
            }
            Packet::Close => Err(Stop("transport close")),
            Packet::Ping(_) | Packet::Upgrade | Packet::Noop => Ok(()),
            Packet::Open(_) => Err(Stop("parse error")),
        }
    }

    /// The server's wish. The client learns of it after what was sent before.
    pub fn close(&self, reason: &'static str) {
        self.end(goodbye(reason));
    }

    /// The server goes, and says so: clients come back by themselves.
    pub fn dismiss(&self) {
        self.end(shutdown());
    }

    fn end(&self, ending: Ending) {
        let reason = ending.reason;
        self.link.end(ending);
        if self.transport() == Transport::Polling {
            // The next poll is told; a client that does not come for it is not waited for.
            let own = Weak::clone(&self.own);
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                if let Some(session) = own.upgrade() {
                    session.over(reason, None);
                }
            });
        }
    }

    /// Nothing is received any more. `last`: what a pending poll is answered with.
    pub(super) fn over(&self, reason: &'static str, last: Option<&str>) {
        let mut state = self.state();
        if state.closed.is_some() {
            return;
        }
        state.closed = Some(reason);
        let polling = state.transport == Transport::Polling;
        match last {
            // Before anybody can see that it is closed: a poll that waits is to get this.
            Some(packet) if polling => self.send_text(packet),
            None if polling => {}
            // Not always does this come from whoever reads the stream: a poll may be late.
            _ => self.link.end(goodbye(reason)),
        }
        drop(state);
        if let Some(engine) = self.engine.upgrade() {
            engine.forget(&self.id);
        }
        self.rouse();
        // This may come from within a call of the client itself, so not from here.
        if let Some(session) = self.own.upgrade() {
            tokio::spawn(async move {
                let client = session.client().take();
                if let Some(mut client) = client {
                    client.closed(reason);
                }
            });
        }
    }

    pub(super) fn first_beat(&self) -> Instant {
        self.state().heartbeat.first()
    }

    /// Something that the client was too busy for can go on.
    pub fn rouse(&self) {
        self.link.rouse();
        self.idle.notify_one();
    }

    pub(super) async fn idle(&self) {
        self.idle.notified().await;
    }

    pub(super) fn poll(&self) -> Result<Poll<'_>, Overlap> {
        let mut state = self.state();
        if std::mem::replace(&mut state.polled, true) { Err(Overlap) } else { Ok(Poll(self)) }
    }

    pub(super) fn post(&self) -> Result<Post<'_>, Overlap> {
        let mut state = self.state();
        if std::mem::replace(&mut state.posted, true) { Err(Overlap) } else { Ok(Post(self)) }
    }

    /// `false`: somebody else is upgrading, or has.
    pub(super) fn begin_upgrade(&self) -> bool {
        let mut state = self.state();
        let begins = state.transport == Transport::Polling
            && state.closed.is_none()
            && !std::mem::replace(&mut state.upgrading, true);
        drop(state);
        self.link.rouse();
        begins
    }

    pub(super) fn abandon_upgrade(&self) {
        self.state().upgrading = false;
    }

    /// From now on everything goes through the stream. `false`: the session is closed.
    pub(super) fn complete_upgrade(&self, stream: Arc<TcpStream>, deflate: bool) -> bool {
        let mut state = self.state();
        if state.closed.is_some() {
            return false;
        }
        state.transport = Transport::WebSocket;
        state.upgrading = false;
        drop(state);
        self.link.set_deflate(deflate);
        let switched = self.link.switch(stream).is_ok();
        if !switched {
            // There is no way back: polls are sent away already.
            self.over("transport error", None);
        }
        switched
    }

    /// Whether a poll has to be answered even though nothing waits.
    pub(super) fn sends_poll_away(&self) -> bool {
        let state = self.state();
        state.upgrading || state.transport == Transport::WebSocket || state.closed.is_some()
    }
}

pub(crate) fn shutdown() -> Ending {
    const REASON: &str = "server shutting down";
    Ending { farewell: frame::close(CloseCode::GOING_AWAY, REASON), ..goodbye(REASON) }
}

fn goodbye(reason: &'static str) -> Ending {
    Ending { farewell: frame::close(CloseCode::NORMAL, ""), reason, abrupt: false }
}

/// A second request of the same kind while one is served: the client is confused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap;

pub(super) struct Poll<'a>(&'a Session);

impl Drop for Poll<'_> {
    fn drop(&mut self) {
        self.0.state().polled = false;
    }
}

pub(super) struct Post<'a>(&'a Session);

impl Drop for Post<'_> {
    fn drop(&mut self) {
        self.0.state().posted = false;
    }
}

impl Beat for Session {
    fn beat(&self, now: Instant) -> Option<Instant> {
        let mut state = self.state();
        if state.closed.is_some() {
            return None;
        }
        let due = state.heartbeat.beat(now);
        let transport = state.transport;
        drop(state);
        match due {
            Due::Nothing(next) => Some(next),
            Due::Ping(next) => {
                self.send_text("2");
                Some(next)
            }
            Due::Dead => {
                match transport {
                    Transport::WebSocket => self.link.end(Ending {
                        farewell: frame::close(CloseCode::NORMAL, ""),
                        reason: "ping timeout",
                        abrupt: true,
                    }),
                    Transport::Polling => self.over("ping timeout", Some("1")),
                }
                None
            }
        }
    }
}

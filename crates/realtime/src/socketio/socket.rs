use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::Extensions;
use tokio::sync::oneshot;

use super::broadcast::{Broadcast, EmitError, body};
use super::client::Spots;
use super::connecting::Connecting;
use super::namespace::Behaviour;
use super::packet::{Args, IntoArgs, disconnect_text, event_text};
use super::pending::{AckError, PendingAcks};
use super::server::Inner as Server;
use crate::engineio::{self, Session, Transport};
use crate::handshake::Handshake;
use crate::hub::history::Keep;
use crate::hub::wire::{self, Wire};
use crate::hub::{
    Audience, Dialect, Ending, Hub, Link, Past, Publication, Scope, Subscriber, Terms,
};
use crate::websocket::{CloseCode, frame};

/// One client in one namespace. Clones are the same one.
#[derive(Clone)]
pub struct Socket(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub subscriber: Subscriber,
    pub behaviour: Arc<Behaviour>,
    pub server: Arc<Server>,
    pub session: Weak<Session>,
    pub handshake: Arc<Handshake>,
    /// For coming back; secret, unlike the id.
    pub private_id: Option<Arc<str>>,
    pub recovered: bool,
    /// Of the hub when it came.
    pub offset: u64,
    pub keep: Option<Keep>,
    /// Rooms that it was put into when it came.
    pub given: Vec<Arc<str>>,
    pub acks: Mutex<PendingAcks>,
    pub state: Mutex<State>,
    pub connected: AtomicBool,
    pub held: Mutex<Vec<Box<dyn Any + Send>>>,
    pub spots: Weak<Spots>,
}

pub(super) struct State {
    pub data: Extensions,
    /// Until the handler of the connection has returned.
    pub connecting: Option<Connecting>,
}

impl Socket {
    /// Another one after every reconnection, unless it is recovered.
    pub fn id(&self) -> &str {
        self.0.subscriber.id()
    }

    pub fn namespace(&self) -> &str {
        &self.scope().namespace
    }

    pub fn scope(&self) -> &Arc<Scope> {
        self.0.subscriber.scope()
    }

    pub fn handshake(&self) -> &Handshake {
        &self.0.handshake
    }

    /// What the client gave as `auth`. It is forgotten when the connection handler has returned.
    pub fn auth_json(&self) -> String {
        let state = self.state();
        state.connecting.as_ref().map_or("{}", |connecting| connecting.auth_json()).to_owned()
    }

    /// Whether it is back, in its rooms and without having missed anything.
    pub fn recovered(&self) -> bool {
        self.0.recovered
    }

    pub fn connected(&self) -> bool {
        self.0.connected.load(Ordering::Acquire)
    }

    /// How long its client has been silent, pongs included.
    pub fn silent_for(&self) -> Duration {
        self.0.session.upgrade().map_or(Duration::MAX, |session| session.silent_for())
    }

    /// Whether both are handles of the same one.
    pub fn is(&self, other: &Socket) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What its client is written to by, together with other namespaces.
    pub fn link(&self) -> &Arc<Link> {
        self.0.subscriber.link()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hub(&self) -> &Hub {
        &self.0.server.hub
    }

    /// Data of a type that was put with it.
    pub fn get<T: Any + Clone + Send + Sync>(&self) -> Option<T> {
        self.state().data.get::<T>().cloned()
    }

    pub fn insert<T: Any + Clone + Send + Sync>(&self, value: T) {
        self.state().data.insert(value);
    }

    /// Something that lasts as long as the socket is connected.
    pub fn hold(&self, guard: impl Any + Send) {
        let mut held = self.held();
        // After it has left nobody would let go of it any more.
        if self.connected() {
            held.push(Box::new(guard));
        }
    }

    pub(super) fn let_go(&self) {
        let held = std::mem::take(&mut *self.held());
        drop(held);
    }

    fn held(&self) -> MutexGuard<'_, Vec<Box<dyn Any + Send>>> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `false`: it is in too many rooms already.
    pub fn join(&self, room: &str) -> bool {
        self.join_on(room, Terms::default())
    }

    /// In a room, but not for everything that is said there.
    pub fn join_on(&self, room: &str, terms: Terms) -> bool {
        let rooms = self.0.subscriber.rooms();
        let fits =
            rooms.len() < self.0.server.options.rooms || rooms.iter().any(|own| **own == *room);
        if fits && self.connected() {
            self.0.subscriber.join(room, terms, Past::Nothing, |_| None);
        }
        fits
    }

    pub fn leave(&self, room: &str) -> bool {
        self.0.subscriber.leave(room)
    }

    /// Its own first, which it never leaves.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        let own = std::iter::once(Arc::clone(self.0.subscriber.id()));
        own.chain(self.0.subscriber.rooms()).collect()
    }

    /// Holds back what is said in a room, or no longer; how much was held back.
    pub fn pause(&self, room: &str, paused: bool) -> Option<u64> {
        self.0.subscriber.pause(room, paused)
    }

    pub(super) fn take_data(&self) -> Extensions {
        std::mem::take(&mut self.state().data)
    }

    pub(super) fn forget_auth(&self) {
        self.state().connecting = None;
    }

    /// To this client.
    pub fn emit(&self, name: &str, values: impl IntoArgs) -> Result<(), EmitError> {
        let args = Args::event(name, values)?;
        if self.0.keep.is_some() {
            // Through its own room, so that it is there when the client comes back.
            let audience = Audience::room(Arc::clone(self.0.subscriber.id()));
            let scope = Arc::clone(self.scope());
            let mut publication = Publication::new(scope, audience, body(name, &args));
            publication.keep = self.0.keep;
            return Ok(self.hub().publish(publication)?);
        }
        self.send_event(&args, None, false);
        Ok(())
    }

    /// To this client, unless it cannot take it at once.
    pub fn emit_volatile(&self, name: &str, values: impl IntoArgs) -> Result<(), EmitError> {
        let args = Args::event(name, values)?;
        self.send_event(&args, None, true);
        Ok(())
    }

    /// To this client, and waits for its answer.
    pub async fn ask(
        &self,
        name: &str,
        values: impl IntoArgs,
        patience: Duration,
    ) -> Result<Args, AckError> {
        let args = Args::event(name, values).map_err(AckError::Encode)?;
        let (id, answer) = self.expect_ack()?;
        self.send_event(&args, Some(id), false);
        let answered = tokio::time::timeout(patience, answer).await;
        match answered {
            Ok(Ok(args)) => Ok(args),
            Ok(Err(_)) => Err(AckError::Disconnected),
            Err(_) => {
                self.acks().forget(id);
                Err(AckError::Timeout)
            }
        }
    }

    fn expect_ack(&self) -> Result<(u64, oneshot::Receiver<Args>), AckError> {
        if !self.connected() {
            return Err(AckError::Disconnected);
        }
        self.acks().expect(self.0.server.options.acks).ok_or(AckError::TooMany)
    }

    pub(super) fn acks(&self) -> MutexGuard<'_, PendingAcks> {
        self.0.acks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To everybody in a room but this client.
    pub fn to(&self, room: &str) -> Broadcast {
        self.broadcast().to(room)
    }

    /// To everybody but this client.
    pub fn broadcast(&self) -> Broadcast {
        Broadcast::new(self.hub(), self.scope(), self.0.keep).except(self.id())
    }

    /// To whoever is to be named, this client among them if it is in the rooms.
    pub fn everybody(&self) -> Broadcast {
        Broadcast::new(self.hub(), self.scope(), self.0.keep)
    }

    /// From the namespace; with `close`, the whole connection.
    pub fn disconnect(&self, close: bool) {
        if close {
            return self.disconnect_all();
        }
        self.send_packet(&format!("4{}", disconnect_text(self.namespace()).packet()), &[], false);
        self.0.server.leave(self, "server namespace disconnect");
    }

    /// Every namespace is told, and then the connection ends.
    fn disconnect_all(&self) {
        let others = self.0.spots.upgrade().map(|spots| spots.sockets()).unwrap_or_default();
        others.iter().for_each(|socket| socket.disconnect(false));
        let Some(session) = self.0.session.upgrade() else { return };
        match session.transport() {
            Transport::Polling => session.close("forced server close"),
            // After what was just said, which may have to wait its turn.
            Transport::WebSocket => self.0.subscriber.end(Ending {
                farewell: frame::close(CloseCode::NORMAL, ""),
                reason: "forced server close",
                abrupt: false,
            }),
        }
    }

    /// The server goes: after what was said before, and not as if the client were unwanted, so
    /// that it comes back by itself.
    pub fn dismiss(&self) {
        let Some(session) = self.0.session.upgrade() else { return };
        match session.transport() {
            Transport::Polling => session.dismiss(),
            Transport::WebSocket => self.0.subscriber.end(engineio::shutdown()),
        }
    }

    /// Drops the connection without a word, as a broken line would.
    pub fn cut(&self) {
        self.0.subscriber.link().gone();
    }

    fn send_event(&self, args: &Args, id: Option<u64>, volatile: bool) {
        let attached = args.attachments().len();
        let message = event_text(self.namespace(), id, attached, args.json());
        self.send_packet(message.message(), args.attachments(), volatile);
    }

    pub(super) fn send_packet(&self, message: &str, attachments: &[Bytes], volatile: bool) {
        let subscriber = &self.0.subscriber;
        let wire = Wire { dialect: Dialect::SocketIo, deflate: subscriber.link().deflates() };
        let frames = wire::message(message, attachments, wire);
        if volatile {
            subscriber.send_volatile(frames);
        } else {
            subscriber.send(frames);
        }
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, namespace) = (self.id(), self.namespace());
        f.debug_struct("Socket").field("id", &id).field("namespace", &namespace).finish()
    }
}

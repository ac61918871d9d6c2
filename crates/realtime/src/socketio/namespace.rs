//! A namespace: who is let in, and what is done with what they say.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::connecting::Connecting;
use super::event::Event;
use super::refusal::Refusal;
use super::socket::Socket;

pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;
pub(super) type Entrance = Arc<
    dyn Fn(Connecting) -> Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send>> + Send + Sync,
>;
type OnConnect = Arc<dyn Fn(Socket) -> Work + Send + Sync>;
type OnEvent = Arc<dyn Fn(Event) -> Work + Send + Sync>;
type OnDisconnect = Arc<dyn Fn(Socket, &'static str) -> Work + Send + Sync>;
type Guard = Arc<dyn Fn(&Event) -> Result<(), Refusal> + Send + Sync>;

/// What a namespace does; all dynamic ones that match a pattern share theirs.
#[derive(Default)]
pub(super) struct Behaviour {
    entrances: RwLock<Vec<Entrance>>,
    guards: RwLock<Vec<Guard>>,
    connect: RwLock<Option<OnConnect>>,
    disconnect: RwLock<Option<OnDisconnect>>,
    events: RwLock<HashMap<Box<str>, OnEvent>>,
    any: RwLock<Option<OnEvent>>,
    recovery: RwLock<Option<Duration>>,
}

/// A handle for saying what a namespace does. Everything said holds for what comes after it.
#[derive(Clone)]
pub struct Namespace(pub(super) Arc<Behaviour>);

impl Namespace {
    /// Has to agree before anybody is let in; several are asked in the order of their coming.
    pub fn admit<F, R>(&self, entrance: F) -> &Self
    where
        F: Fn(Connecting) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Refusal>> + Send + 'static,
    {
        write(&self.0.entrances).push(Arc::new(move |who| Box::pin(entrance(who))));
        self
    }

    /// Is asked before every event. A refusal is told to the sender: in the acknowledgement, if it
    /// waits for one, otherwise by an event `error`.
    pub fn guard(
        &self,
        guard: impl Fn(&Event) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> &Self {
        write(&self.0.guards).push(Arc::new(guard));
        self
    }

    pub fn on_connect<F, R>(&self, handler: F) -> &Self
    where
        F: Fn(Socket) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        *write(&self.0.connect) = Some(Arc::new(move |socket| Box::pin(handler(socket))));
        self
    }

    pub fn on_disconnect<F, R>(&self, handler: F) -> &Self
    where
        F: Fn(Socket, &'static str) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        *write(&self.0.disconnect) = Some(Arc::new(move |s, reason| Box::pin(handler(s, reason))));
        self
    }

    pub fn on<F, R>(&self, name: &str, handler: F) -> &Self
    where
        F: Fn(Event) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        write(&self.0.events).insert(name.into(), Arc::new(move |event| Box::pin(handler(event))));
        self
    }

    /// For events that have no handler of their own.
    pub fn on_any<F, R>(&self, handler: F) -> &Self
    where
        F: Fn(Event) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        *write(&self.0.any) = Some(Arc::new(move |event| Box::pin(handler(event))));
        self
    }

    /// Whoever comes back within this time is in its rooms again, and gets what it has missed.
    pub fn recover(&self, within: Duration) -> &Self {
        *write(&self.0.recovery) = Some(within);
        self
    }
}

impl Behaviour {
    pub fn entrances(&self) -> Vec<Entrance> {
        read(&self.entrances).clone()
    }

    pub fn guard(&self, event: &Event) -> Result<(), Refusal> {
        let guards = read(&self.guards).clone();
        guards.iter().try_for_each(|guard| guard(event))
    }

    pub fn connected(&self, socket: Socket) -> Option<Work> {
        let handler = read(&self.connect).clone();
        handler.map(|handler| handler(socket))
    }

    pub fn disconnected(&self, socket: Socket, reason: &'static str) -> Option<Work> {
        let handler = read(&self.disconnect).clone();
        handler.map(|handler| handler(socket, reason))
    }

    pub fn event(&self, event: Event) -> Option<Work> {
        let own = read(&self.events).get(event.name()).cloned();
        let handler = own.or_else(|| read(&self.any).clone());
        handler.map(|handler| handler(event))
    }

    pub fn recovery(&self) -> Option<Duration> {
        *read(&self.recovery)
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Namespace").finish_non_exhaustive()
    }
}

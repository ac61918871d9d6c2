use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use super::broadcast::Broadcast;
use super::client::Client;
use super::namespace::{Behaviour, Namespace};
use super::options::SocketIoOptions;
use super::recovery::{Absent, Absentees, keep, may_return};
use super::socket::{self, Socket};
use crate::engineio::{self, App, Session};
use crate::hub::{Hub, Scope};
use crate::net::pulse::Pulse;

type Pattern = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// A handle; clones share everything.
///
/// ```
/// use std::sync::Arc;
///
/// use model::{Clock, SystemClock};
/// use realtime::engineio::{Engine, EngineOptions};
/// use realtime::hub::{Hub, HubOptions};
/// use realtime::net::pulse::Pulse;
/// use realtime::socketio::{SocketIo, SocketIoOptions};
///
/// # #[tokio::main]
/// # async fn main() {
/// let clock: Arc<dyn Clock> = Arc::new(SystemClock);
/// let (hub, pulse) = (Hub::start(&HubOptions::new(Arc::clone(&clock))), Pulse::start());
/// let io = SocketIo::new(&hub, &pulse, Arc::clone(&clock), SocketIoOptions::default());
/// io.of("/").on("say", |event| async move {
///     let _ = event.socket.to("lobby").emit("said", event.args());
/// });
/// let engine = Engine::new(&hub, &pulse, clock, EngineOptions::default(), io);
/// # }
/// ```
#[derive(Clone)]
pub struct SocketIo(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub hub: Hub,
    pub pulse: Pulse,
    pub clock: Arc<dyn model::Clock>,
    pub options: SocketIoOptions,
    namespaces: RwLock<HashMap<Arc<str>, Arc<Behaviour>>>,
    patterns: RwLock<Vec<(Pattern, Arc<Behaviour>)>>,
    absentees: Mutex<Absentees>,
    /// Those with a private id, by it.
    present: Mutex<HashMap<Arc<str>, Weak<socket::Inner>>>,
}

impl SocketIo {
    pub fn new(
        hub: &Hub,
        pulse: &Pulse,
        clock: Arc<dyn model::Clock>,
        options: SocketIoOptions,
    ) -> Self {
        SocketIo(Arc::new(Inner {
            hub: hub.clone(),
            pulse: pulse.clone(),
            clock,
            options,
            namespaces: RwLock::default(),
            patterns: RwLock::default(),
            absentees: Mutex::default(),
            present: Mutex::default(),
        }))
    }

    /// The namespace of this name, which exists from now on.
    pub fn of(&self, name: &str) -> Namespace {
        let mut namespaces = self.0.namespaces.write().unwrap_or_else(PoisonError::into_inner);
        Namespace(Arc::clone(namespaces.entry(name.into()).or_default()))
    }

    /// All namespaces whose names match; they do the same, and share no rooms.
    pub fn matching(&self, pattern: impl Fn(&str) -> bool + Send + Sync + 'static) -> Namespace {
        let behaviour = Arc::default();
        let mut patterns = self.0.patterns.write().unwrap_or_else(PoisonError::into_inner);
        patterns.push((Box::new(pattern), Arc::clone(&behaviour)));
        Namespace(behaviour)
    }

    /// To everybody in a namespace, of the one world there is without tenants.
    pub fn in_namespace(&self, name: &str) -> Broadcast {
        self.in_scope("", name)
    }

    /// To everybody in a tenant's part of a namespace.
    pub fn in_scope(&self, tenant: &str, namespace: &str) -> Broadcast {
        let scope = self.0.hub.scope(tenant, namespace);
        let time = self.0.behaviour(namespace).and_then(|behaviour| behaviour.recovery());
        Broadcast::new(&self.0.hub, &scope, time.map(keep))
    }

    /// Lets go of what nobody will come back for; to be called every few seconds.
    pub fn expire(&self) {
        let over = self.0.absentees().expire(Instant::now());
        self.0.forget(over);
    }
}

impl App for SocketIo {
    fn open(&self, session: Arc<Session>) -> Box<dyn engineio::Client> {
        Box::new(Client::new(Arc::clone(&self.0), session))
    }
}

impl Inner {
    pub fn behaviour(&self, namespace: &str) -> Option<Arc<Behaviour>> {
        let known = self.namespaces.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(behaviour) = known.get(namespace) {
            return Some(Arc::clone(behaviour));
        }
        drop(known);
        let patterns = self.patterns.read().unwrap_or_else(PoisonError::into_inner);
        let found = patterns.iter().find(|(matches, _)| matches(namespace));
        found.map(|(_, behaviour)| Arc::clone(behaviour))
    }

    fn absentees(&self) -> MutexGuard<'_, Absentees> {
        self.absentees.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn present(&self) -> MutexGuard<'_, HashMap<Arc<str>, Weak<socket::Inner>>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It may lose its connection and come back from now on.
    pub fn arrived(&self, private_id: &Arc<str>, socket: &Socket) {
        self.present().insert(Arc::clone(private_id), Arc::downgrade(&socket.0));
    }

    /// A client may be back before the loss of its old connection was noticed here.
    fn replace(&self, private_id: &str, scope: &Scope) {
        let old = self.present().get(private_id).and_then(Weak::upgrade).map(Socket);
        let Some(old) = old.filter(|old| **old.scope() == *scope) else { return };
        self.leave(&old, "transport close");
        old.cut();
    }

    pub fn take_absent(&self, private_id: &str, scope: &Scope) -> Option<Absent> {
        self.replace(private_id, scope);
        self.absentees().take(private_id, scope)
    }

    fn forget(&self, over: Vec<Absent>) {
        for absent in over {
            self.hub.forget(&absent.scope, &absent.id);
        }
    }

    /// A socket is no longer there. Its rooms and data may be kept for its return.
    pub fn leave(&self, socket: &Socket, reason: &'static str) {
        if !socket.0.connected.swap(false, Ordering::AcqRel) {
            return;
        }
        socket.acks().clear();
        socket.let_go();
        if let Some(spots) = socket.0.spots.upgrade() {
            spots.leave(socket.namespace());
        }
        if let Some(private_id) = &socket.0.private_id {
            self.present().remove(private_id);
        }
        let recovery = socket.0.behaviour.recovery().filter(|_| may_return(reason));
        match (&socket.0.private_id, recovery) {
            (Some(private_id), Some(within)) => {
                self.keep_absent(socket, Arc::clone(private_id), within);
            }
            _ => self.hub.forget(socket.scope(), socket.id()),
        }
        socket.0.subscriber.detach();
        if let Some(work) = socket.0.behaviour.disconnected(socket.clone(), reason) {
            tokio::spawn(work);
        }
    }

    fn keep_absent(&self, socket: &Socket, private_id: Arc<str>, within: Duration) {
        let absent = Absent {
            id: Arc::clone(socket.0.subscriber.id()),
            scope: Arc::clone(socket.scope()),
            rooms: socket.0.subscriber.rooms(),
            given: socket.0.given.clone(),
            data: socket.take_data(),
            offset: socket.0.offset,
        };
        let over = self.absentees().put(private_id, absent, Instant::now() + within);
        self.forget(over);
    }
}

impl fmt::Debug for SocketIo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketIo").finish_non_exhaustive()
    }
}

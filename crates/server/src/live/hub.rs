use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::identity::Identity;
use model::{Clock, Project, ProjectId};
use realtime::engineio::{Engine, EngineOptions};
use realtime::gate::Premises;
use realtime::hub::{Hub, HubOptions, Scope};
use realtime::limits::Rate;
use realtime::net::pulse::Pulse;
use realtime::registry::{Options as RegistryOptions, Registry};
use realtime::socketio::{Socket, SocketIo, SocketIoOptions};
use realtime::{native, sse};
use store::control::Control;

use super::Verifier;
use super::gate::Entrance;
use super::publish::{PublishOptions, Publishing};
use super::sockets::{self, Present};

/// What every connection goes through, whatever it speaks.
#[derive(Clone)]
pub struct Live(Arc<Parts>);

pub struct Parts {
    pub hub: Hub,
    pub pulse: Pulse,
    pub io: SocketIo,
    pub engine: Engine,
    pub registry: Registry,
    pub verifier: Verifier,
    pub entrance: Entrance,
    pub ws: native::Door,
    pub sse: sse::Door,
    pub publishing: Publishing,
    pub options: LiveOptions,
    pub control: Control,
    pub clock: Arc<dyn Clock>,
    present: Mutex<Present>,
}

/// How connections are kept, for all projects alike.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    pub connections: usize,
    pub connections_per_address: usize,
    /// Of Socket.IO: how often it pings, and how long it waits for the pong.
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// Of the other protocols: how often, and after how much silence a connection is dead.
    pub heartbeat_interval: Duration,
    pub heartbeat_timeout: Duration,
    /// Bytes of one message.
    pub max_message: usize,
    /// Messages of one connection.
    pub messages: Rate,
    /// How long a client that lost its connection may take to come back to its place.
    pub recovery: Duration,
    /// Bytes that may wait for one connection, and for all of them.
    pub waiting_per_connection: usize,
    pub waiting_in_all: usize,
    /// Bytes of what is remembered for those who come back.
    pub history_bytes: usize,
    /// JSON messages on `/ws` may leave out `id`, `type` and `timestamp`.
    pub lenient: bool,
    /// What `/ws` speaks with those who do not say.
    pub default_protocol: native::Protocol,
    /// Refuse on `/ws` by an HTTP status instead of a close code, which pages cannot read.
    pub reject_before_upgrade: bool,
    /// `notice:new` also goes out as `notice`.
    pub notice_alias: bool,
    pub publish: PublishOptions,
}

impl Default for LiveOptions {
    fn default() -> Self {
        LiveOptions {
            connections: 10_000,
            connections_per_address: 100,
            ping_interval: Duration::from_millis(25_000),
            ping_timeout: Duration::from_millis(60_000),
            heartbeat_interval: Duration::from_millis(30_000),
            heartbeat_timeout: Duration::from_millis(60_000),
            max_message: 1_000_000,
            messages: Rate::per_second(100, 100),
            recovery: Duration::from_secs(120),
            waiting_per_connection: 1 << 20,
            waiting_in_all: 256 << 20,
            history_bytes: 64 << 20,
            lenient: false,
            default_protocol: native::Protocol::Json,
            reject_before_upgrade: false,
            notice_alias: false,
            publish: PublishOptions::default(),
        }
    }
}

impl Live {
    /// Starts its loops on the current runtime.
    pub fn start(control: &Control, clock: &Arc<dyn Clock>, options: LiveOptions) -> Self {
        let hub = Hub::start(&HubOptions {
            waiting_per_connection: options.waiting_per_connection,
            waiting_in_all: options.waiting_in_all,
            history_bytes: options.history_bytes,
            ..HubOptions::new(Arc::clone(clock))
        });
        let pulse = Pulse::start();
        let io = SocketIo::new(
            &hub,
            &pulse,
            Arc::clone(clock),
            SocketIoOptions { messages: Some(options.messages), ..SocketIoOptions::default() },
        );
        let engine = engine(control, clock, &hub, &pulse, &io, &options);
        let registry = Registry::new(registry(&options), Arc::clone(clock));
        let verifier = Verifier::new(control.clone(), Arc::clone(clock));
        let entrance = Entrance::new(verifier.clone(), control.clone());
        let premises = Premises {
            hub: hub.clone(),
            pulse: pulse.clone(),
            clock: Arc::clone(clock),
            registry: registry.clone(),
            gate: Arc::new(entrance.clone()),
        };
        // What the configuration allows was checked when it was read.
        let ws = native::Door::new(premises.clone(), native(&options));
        let ws = ws.unwrap_or_else(|error| {
            tracing::error!(%error, "/ws goes by its defaults");
            let usual = native::Options::default();
            native::Door::new(premises.clone(), usual).expect("the defaults are possible")
        });
        let sse = sse::Door::new(premises, streams(control));
        let live = Live(Arc::new(Parts {
            entrance,
            ws,
            sse,
            hub,
            pulse,
            io,
            engine,
            registry,
            verifier,
            publishing: Publishing::new(&options.publish),
            options,
            control: control.clone(),
            clock: Arc::clone(clock),
            present: Mutex::default(),
        }));
        sockets::install(&live);
        live
    }

    pub(super) fn present(&self) -> MutexGuard<'_, Present> {
        self.0.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn downgrade(&self) -> std::sync::Weak<Parts> {
        Arc::downgrade(&self.0)
    }

    pub(super) fn of(parts: Arc<Parts>) -> Self {
        Live(parts)
    }

    /// The rooms of a project that Socket.IO's `/`, `/ws` and SSE share.
    pub fn scope(&self, project: &Project) -> Arc<Scope> {
        self.hub.scope(&tenant(project.id), "/")
    }

    pub(super) fn project(&self, identity: &Identity) -> Option<Arc<Project>> {
        self.control.directory().project(identity.project)
    }

    fn connections(&self) -> usize {
        self.engine.sessions() + self.ws.stats().connections + self.sse.connections()
    }

    /// Says goodbye to everybody after what was said before, and waits a moment for it to get out.
    pub async fn close(&self) {
        let sockets = self.present().all();
        sockets.iter().for_each(Socket::dismiss);
        self.ws.close();
        self.sse.close();
        let heard = within_a_moment(|| self.registry.count() == 0).await;
        // Whoever came in at this moment is not among them, and may be about to be written to.
        within_a_moment(|| self.hub.stats().waiting_events == 0).await;
        tokio::time::sleep(LOOK).await;
        self.engine.close();
        if !heard || !within_a_moment(|| self.connections() == 0).await {
            tracing::warn!(connections = self.connections(), "some did not hear the goodbye");
        }
    }
}

const LOOK: Duration = Duration::from_millis(10);

async fn within_a_moment(happened: impl Fn() -> bool) -> bool {
    const MOMENT: Duration = Duration::from_secs(1);
    let waiting = async {
        while !happened() {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(MOMENT, waiting).await.is_ok()
}

impl std::ops::Deref for Live {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A project as the hub calls it.
pub(super) fn tenant(project: ProjectId) -> String {
    project.to_string()
}

fn registry(options: &LiveOptions) -> RegistryOptions {
    let silent = options.ping_interval.max(options.heartbeat_interval) + Duration::from_secs(15);
    RegistryOptions {
        total: options.connections,
        per_ip: options.connections_per_address,
        stale_after: i64::try_from(silent.as_millis()).unwrap_or(i64::MAX),
        ..RegistryOptions::default()
    }
}

fn native(options: &LiveOptions) -> native::Options {
    native::Options {
        heartbeat_interval: options.heartbeat_interval,
        heartbeat_timeout: options.heartbeat_timeout,
        max_message: options.max_message,
        messages: Some(options.messages),
        lenient: options.lenient,
        default_protocol: options.default_protocol,
        reject_before_upgrade: options.reject_before_upgrade,
        ..native::Options::default()
    }
}

fn streams(control: &Control) -> sse::Options {
    let control = control.clone();
    sse::Options {
        origins: Arc::new(move |origin| control.directory().knows_origin(origin)),
        ..sse::Options::default()
    }
}

fn engine(
    control: &Control,
    clock: &Arc<dyn Clock>,
    hub: &Hub,
    pulse: &Pulse,
    io: &SocketIo,
    options: &LiveOptions,
) -> Engine {
    let control = control.clone();
    let options = EngineOptions {
        ping_interval: options.ping_interval,
        ping_timeout: options.ping_timeout,
        max_payload: options.max_message,
        sessions: options.connections * 2,
        // Whose page it is turns out with the token; until then, somebody's.
        origins: Arc::new(move |origin| control.directory().knows_origin(origin)),
        keep_headers: vec![
            axum::http::header::ORIGIN,
            axum::http::header::HOST,
            axum::http::header::USER_AGENT,
        ],
        ..EngineOptions::default()
    };
    Engine::new(hub, pulse, Arc::clone(clock), options, io.clone())
}

//! A server behind a bound port, on a clock that stands, and those who talk to it.

mod http;
mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use model::settings::ProjectSettings;
use model::{KeyKind, ManualClock, ProjectId, Scope};
use pipeline::{Pipeline, PipelineOptions};
use serde_json::{Value, json};
use server::{App, Directory, ListenOptions, LiveOptions, ServerOptions};
use store::control::{Actor, MasterKey, NewKey, NewProject};
use store::{Store, StoreOptions};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

pub use http::{Answer, Session};
pub use socket::{Packet, Socket};

pub const NOW: i64 = 1_790_000_000_000;

pub struct Server {
    pub address: SocketAddr,
    pub clock: Arc<ManualClock>,
    pub app: App,
    pub shop: ProjectId,
    /// Secret, with every scope.
    pub secret: String,
    agent: ureq::Agent,
    pub runtime: Option<Runtime>,
    stop: watch::Sender<bool>,
    _dir: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Server {
        Server::with(LiveOptions::default(), ServerOptions::default())
    }

    pub fn live(options: LiveOptions) -> Server {
        Server::with(options, ServerOptions::default())
    }

    pub fn with(live: LiveOptions, options: ServerOptions) -> Server {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let mut stored = StoreOptions::new(dir.path(), MasterKey::from_bytes([7; 32]));
        stored.disk.max_bytes = 1 << 30; // However full the machine's own disk is.
        stored.warehouse_memory_bytes = 128 << 20;
        let store = Store::open(stored, clock.clone()).unwrap();
        let shop = new_project(&store, "shop");
        let secret = new_key(&store, shop, &Scope::ALL);
        let projects = Arc::new(Directory(store.control.clone()));
        let limits = PipelineOptions::default();
        let pipeline = Pipeline::new(store.inbox.clone(), projects, clock.clone(), limits);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let entered = runtime.enter();
        let app = App::new(store, pipeline, clock.clone(), ServerOptions { live, ..options });
        drop(entered);
        let (stop, stopped) = watch::channel(false);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let listen = ListenOptions {
            max_connections: 256,
            header_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(2),
        };
        let router = server::router(app.clone());
        runtime.spawn(server::listen(vec![listener], router, listen, stopped));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let runtime = Some(runtime);
        Server { address, clock, app, shop, secret, agent, runtime, stop, _dir: dir }
    }

    pub fn settings(&self, change: impl FnOnce(&mut ProjectSettings)) {
        let mut settings = self.app.control.settings(self.shop).unwrap().settings;
        change(&mut settings);
        self.app.control.put_settings(&Actor::system(), self.shop, settings, None).unwrap();
    }

    pub fn project(&self, slug: &str) -> ProjectId {
        new_project(&self.app.store, slug)
    }

    /// A secret key of a project.
    pub fn key(&self, project: ProjectId, scopes: &[Scope]) -> String {
        new_key(&self.app.store, project, scopes)
    }

    pub fn publish(&self, body: Value) -> Answer {
        self.with_key("POST", "/api/publish", body)
    }

    pub fn with_key(&self, method: &'static str, path: &str, body: Value) -> Answer {
        self.call(method, path, &[("authorization", &format!("Bearer {}", self.secret))], body)
    }

    /// Of a user, for ten minutes.
    pub fn ticket(&self, wish: Value) -> String {
        let answer = self.with_key("POST", "/api/auth/ticket", wish).expect(200).json();
        answer["token"].as_str().unwrap().to_owned()
    }

    /// Somebody who is connected.
    pub fn connect(&self, user: &str, roles: &[&str]) -> Socket {
        let token = self.ticket(json!({ "userId": user, "roles": roles }));
        Socket::connect(self.address, &json!({ "token": token }))
    }

    /// Takes nobody's tokens back, upon which all identities are looked at anew.
    pub fn recheck(&self) {
        self.revoke("nobody in particular");
    }

    pub fn revoke(&self, user: &str) {
        let path = "/api/projects/shop/realtime/revocations";
        self.with_key("POST", path, json!({ "userId": user })).expect(201);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

fn new_project(store: &Store, slug: &str) -> ProjectId {
    let new = NewProject { slug: slug.into(), name: slug.into(), ..NewProject::default() };
    store.control.create_project(&Actor::system(), new).unwrap().id
}

fn new_key(store: &Store, project: ProjectId, scopes: &[Scope]) -> String {
    let new = NewKey {
        name: "key".into(),
        kind: KeyKind::Secret,
        scopes: Some(scopes.to_vec()),
        origins: Vec::new(),
        env: None,
        expires_at: None,
    };
    store.control.create_key(&Actor::system(), project, new).unwrap().secret
}

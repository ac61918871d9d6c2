//! A whole server behind a bound port, on a temporary data directory and a clock that stands.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::settings::ProjectSettings;
use model::{KeyKind, ManualClock, ProjectId, Scope};
use pipeline::{Pipeline, PipelineOptions};
use serde_json::{Value, json};
use server::{App, Directory, ListenOptions, ServerOptions};
use store::control::{Actor, MasterKey, NewKey, NewOperator, NewProject, PasswordHash, Role};
use store::{Store, StoreOptions};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

pub const NOW: i64 = 1_790_000_000_000;
pub const ORIGIN: &str = "https://shop.example";
const PASSWORD: &str = "correct horse battery";

pub struct Server {
    pub base: String,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub shop: ProjectId,
    /// Public, of the project `shop`; its pages live at [`ORIGIN`].
    pub key: String,
    /// Secret, with every scope.
    pub secret: String,
    agent: ureq::Agent,
    stop: watch::Sender<bool>,
    runtime: Option<Runtime>,
    _dir: tempfile::TempDir,
}

/// What a test may change before the server starts.
pub struct Setup {
    pub settings: ProjectSettings,
    pub server: ServerOptions,
    pub pipeline: PipelineOptions,
    pub store: fn(&mut StoreOptions),
}

impl Default for Setup {
    fn default() -> Self {
        let mut settings = ProjectSettings::default();
        settings.access.origins = vec![ORIGIN.into()];
        Setup {
            settings,
            server: ServerOptions::default(),
            pipeline: PipelineOptions::default(),
            store: |_| {},
        }
    }
}

impl Server {
    pub fn start() -> Server {
        Server::with(Setup::default())
    }

    pub fn with(setup: Setup) -> Server {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let mut options = StoreOptions::new(dir.path(), MasterKey::from_bytes([7; 32]));
        options.disk.max_bytes = 1 << 30; // However full the machine's own disk is.
        options.warehouse_memory_bytes = 128 << 20;
        (setup.store)(&mut options);
        let store = Store::open(options, clock.clone()).unwrap();
        let shop = project(&store, "shop", setup.settings);
        let key = issue(&store, shop, KeyKind::Public, &[Scope::IngestEvents, Scope::IngestLogs]);
        let secret = issue(&store, shop, KeyKind::Secret, &Scope::ALL);

        let projects = Arc::new(Directory(store.control.clone()));
        let pipeline = Pipeline::new(store.inbox.clone(), projects, clock.clone(), setup.pipeline);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let entered = runtime.enter();
        let app = App::new(store.clone(), pipeline, clock.clone(), setup.server);
        drop(entered);
        let (stop, stopped) = watch::channel(false);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let listen = ListenOptions {
            max_connections: 256,
            header_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(2),
        };
        runtime.spawn(server::listen(vec![listener], server::router(app), listen, stopped));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Server {
            base,
            store,
            clock,
            shop,
            key,
            secret,
            agent,
            stop,
            runtime: Some(runtime),
            _dir: dir,
        }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        Call::new(self, "GET", path)
    }

    pub fn post(&self, path: &str) -> Call<'_> {
        Call::new(self, "POST", path)
    }

    pub fn call(&self, method: &'static str, path: &str) -> Call<'_> {
        Call::new(self, method, path)
    }

    /// A read with the secret key.
    pub fn read(&self, path: &str) -> Answer {
        self.get(path).header("authorization", &format!("Bearer {}", self.secret)).send("")
    }

    /// Sends a batch of events the way a page does.
    pub fn batch(&self, events: Value) -> Answer {
        self.page("/api/telemetry/batch").send(json!({ "events": events }))
    }

    pub fn page(&self, path: &str) -> Call<'_> {
        self.post(path).header("x-api-key", &self.key).header("origin", ORIGIN)
    }

    pub fn put_settings(&self, settings: ProjectSettings) {
        self.store.control.put_settings(&Actor::system(), self.shop, settings, None).unwrap();
    }

    /// A signed-in operator.
    pub fn sign_in(&self, username: &str, role: Role, projects: &[ProjectId]) -> Session<'_> {
        let new = NewOperator {
            username: username.into(),
            password: PasswordHash::of(PASSWORD, username).unwrap(),
            role,
            projects: projects.to_vec(),
            must_change_password: false,
        };
        self.store.control.create_operator(&Actor::system(), new).unwrap();
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.post("/api/auth/login").send(body).expect(200);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let csrf = answer.json()["csrfToken"].as_str().unwrap().to_owned();
        Session { server: self, cookie, csrf }
    }

    /// Items of the project by the reason they ended with, as the API tells it.
    pub fn ledger(&self) -> BTreeMap<String, u64> {
        counts(&self.read("/api/ledger?project=shop&from=0").expect(200).json())
    }

    /// Waits until all that was acknowledged can be asked for, and lets its moment pass: "until
    /// now" does not include now.
    pub fn settle(&self) {
        assert!(self.store.flush(), "the mover is stuck");
        self.clock.advance(1);
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

/// Counts by reason; checks on the way that the totals agree with the rows.
pub fn counts(ledger: &Value) -> BTreeMap<String, u64> {
    let mut reasons = BTreeMap::new();
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    for row in ledger["rows"].as_array().unwrap() {
        let count = row["count"].as_u64().unwrap();
        *reasons.entry(row["reason"].as_str().unwrap().to_owned()).or_default() += count;
        *outcomes.entry(row["outcome"].as_str().unwrap().to_owned()).or_default() += count;
    }
    let totals = &ledger["totals"];
    for (outcome, count) in &outcomes {
        assert_eq!(totals[outcome], *count, "{outcome} of {ledger}");
    }
    assert_eq!(totals["received"], outcomes.values().sum::<u64>(), "{ledger}");
    reasons
}

/// What [`Server::ledger`] should be.
pub fn reasons(list: &[(&str, u64)]) -> BTreeMap<String, u64> {
    list.iter().map(|&(reason, count)| (reason.to_owned(), count)).collect()
}

pub fn project(store: &Store, slug: &str, settings: ProjectSettings) -> ProjectId {
    let new =
        NewProject { slug: slug.into(), name: slug.into(), settings, ..NewProject::default() };
    store.control.create_project(&Actor::system(), new).unwrap().id
}

pub fn issue(store: &Store, project: ProjectId, kind: KeyKind, scopes: &[Scope]) -> String {
    let new = NewKey {
        name: "key".into(),
        kind,
        scopes: (kind != KeyKind::Signing).then(|| scopes.to_vec()),
        origins: Vec::new(),
        env: None,
        expires_at: None,
    };
    store.control.create_key(&Actor::system(), project, new).unwrap().secret
}

pub struct Session<'a> {
    server: &'a Server,
    cookie: String,
    csrf: String,
}

impl Session<'_> {
    pub fn call(&self, method: &'static str, path: &str) -> Call<'_> {
        let call = self.server.call(method, path).header("cookie", &self.cookie);
        call.header("x-csrf-token", &self.csrf)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send("")
    }
}

pub struct Call<'a> {
    server: &'a Server,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    fn new(server: &'a Server, method: &'static str, path: &str) -> Self {
        Call { server, method, path: path.to_owned(), headers: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn send(self, body: impl Body) -> Answer {
        let url = format!("{}{}", self.server.base, self.path);
        let mut request = ureq::http::Request::builder().method(self.method).uri(url);
        if let Some(kind) = body.kind()
            && !self.headers.iter().any(|(name, _)| name == "content-type")
        {
            request = request.header("content-type", kind);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let bytes = body.bytes();
        let sent = if bytes.is_empty() && self.method == "GET" {
            self.server.agent.run(request.body(()).unwrap())
        } else {
            self.server.agent.run(request.body(bytes).unwrap())
        };
        let mut response = sent.unwrap_or_else(|e| panic!("{} {}: {e}", self.method, self.path));
        let headers = response.headers().clone();
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        Answer { status, headers, text }
    }
}

pub trait Body {
    fn bytes(self) -> Vec<u8>;

    fn kind(&self) -> Option<&'static str> {
        None
    }
}

impl Body for &str {
    fn bytes(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

impl Body for Vec<u8> {
    fn bytes(self) -> Vec<u8> {
        self
    }
}

impl Body for Value {
    fn bytes(self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    fn kind(&self) -> Option<&'static str> {
        Some("application/json")
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Seconds to wait; fails if nobody said.
    #[track_caller]
    pub fn retry_after(&self) -> u32 {
        self.header("retry-after").parse().expect("Retry-After")
    }
}

pub fn event(id: &str) -> Value {
    json!({ "type": "event", "name": "click", "ts": NOW, "eventId": id })
}

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{Clock, Millis};
use pipeline::Pipeline;
use store::Store;
use store::control::{Control, ControlError, SessionLimits};
use tokio::sync::Semaphore;

use crate::api::HealthProbe;
use crate::ingest::BodyBudget;
use crate::live::{Live, LiveOptions};
use crate::{MetricsToken, Network, Problem, Verifier};

/// argon2 takes 19 MiB and some ten milliseconds each; more at once would only fight.
const HASHES_AT_ONCE: usize = 2;
/// Requests that may wait for their turn; beyond, they are sent away.
const HASHES_WAITING: usize = 32;

/// Each holds a reader of the warehouse for as long as its caller cares to read.
const EXPORTS_AT_ONCE: usize = 2;

/// What every handler may reach. Clones share it.
#[derive(Clone)]
pub struct App(Arc<AppState>);

pub struct AppState {
    pub store: Store,
    pub control: Control,
    pub pipeline: Pipeline,
    pub verifier: Verifier,
    pub clock: Arc<dyn Clock>,
    pub options: ServerOptions,
    pub live: Live,
    pub started_at: Millis,
    hashing: Semaphore,
    hashing_queue: Semaphore,
    pub(crate) bodies: BodyBudget,
    pub(crate) exports: Arc<Semaphore>,
    pub(crate) probe: HealthProbe,
}

#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Whose `X-Forwarded-*` and `X-Real-IP` are believed. Empty: nobody's.
    pub trusted_proxies: Vec<Network>,
    pub session: SessionLimits,
    pub secure_cookies: SecureCookies,
    pub audit_keep_ms: Millis,
    /// Bytes of an API request's body; ingest has its own limits.
    pub api_body_bytes: usize,
    /// Bytes that all ingest bodies in flight may occupy together; beyond it, 503.
    pub ingest_bodies_bytes: usize,
    /// Until the response begins; streams may take longer.
    pub request_timeout: Duration,
    pub live: LiveOptions,
    /// What a scraper of `/metrics` shows that is not on this machine.
    pub metrics_token: Option<MetricsToken>,
    /// `None`: no backups through the API.
    pub backups: Option<BackupOptions>,
}

/// Where backups asked for go. No request can name another place.
#[derive(Debug, Clone)]
pub struct BackupOptions {
    pub dir: PathBuf,
    /// Older ones are removed after a new one has been verified.
    pub keep: usize,
}

/// When session cookies carry `Secure`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SecureCookies {
    /// When the request came over https, as far as a trusted proxy says so.
    #[default]
    Auto,
    Always,
    Never,
}

impl Default for ServerOptions {
    fn default() -> Self {
        const HOUR: Millis = 3_600_000;
        ServerOptions {
            trusted_proxies: Vec::new(),
            session: SessionLimits { idle_ms: 12 * HOUR, max_ms: 7 * 24 * HOUR },
            secure_cookies: SecureCookies::default(),
            audit_keep_ms: 400 * 24 * HOUR,
            api_body_bytes: 1 << 20,
            ingest_bodies_bytes: 64 << 20,
            request_timeout: Duration::from_secs(60),
            live: LiveOptions::default(),
            metrics_token: None,
            backups: None,
        }
    }
}

impl App {
    /// On a runtime, on which the loops of live connections start.
    pub fn new(
        store: Store,
        pipeline: Pipeline,
        clock: Arc<dyn Clock>,
        options: ServerOptions,
    ) -> Self {
        App(Arc::new(AppState {
            control: store.control.clone(),
            verifier: Verifier::new(store.control.clone(), Arc::clone(&clock)),
            live: Live::start(&store.control, &clock, options.live.clone()),
            started_at: clock.now(),
            hashing: Semaphore::new(HASHES_AT_ONCE),
            hashing_queue: Semaphore::new(HASHES_AT_ONCE + HASHES_WAITING),
            bodies: BodyBudget::new(options.ingest_bodies_bytes),
            exports: Arc::new(Semaphore::new(EXPORTS_AT_ONCE)),
            probe: HealthProbe::default(),
            store,
            pipeline,
            clock,
            options,
        }))
    }

    /// Ends all live connections: they are told to come back. Long polls end with them, which
    /// would hold up a shutdown otherwise.
    pub async fn close_live(&self) {
        self.live.close().await;
    }

    /// Runs something of the control plane that writes, off the threads that serve requests.
    pub(crate) async fn control<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Control) -> Result<T, ControlError> + Send + 'static,
    ) -> Result<T, Problem> {
        let control = self.control.clone();
        let done = tokio::task::spawn_blocking(move || f(&control)).await;
        done.map_err(Problem::internal)?.map_err(Problem::from)
    }

    /// The same for password hashing, a few at a time.
    pub(crate) async fn hashing<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Control) -> Result<T, ControlError> + Send + 'static,
    ) -> Result<T, Problem> {
        let _queued = self
            .hashing_queue
            .try_acquire()
            .map_err(|_| Problem::overloaded("too many sign-ins at once", 2))?;
        let _turn = self.hashing.acquire().await.map_err(Problem::internal)?;
        self.control(f).await
    }
}

impl Deref for App {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.0
    }
}

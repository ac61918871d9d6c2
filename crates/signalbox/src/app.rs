//! The one place where the parts are put together.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{Clock, SystemClock};
use pipeline::{Pipeline, PipelineOptions};
use server::{App, Directory, ListenOptions, SecureCookies, ServerOptions};
use store::control::{ControlError, OneTimePassword, SessionLimits};
use store::{
    DiskOptions, LogFileFormat, LogFileOptions, MasterKey, OpenError, Store, StoreOptions,
};

use crate::config::{Config, LineFormat, SecureCookie};
use crate::master_key::{self, MasterKeyError};

/// Of the control plane, for the commands that need nothing else.
pub const CONTROL_FILE: &str = "control.db";

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    #[error("storage.data_dir: cannot use {path}: {error}")]
    DataDir { path: PathBuf, error: std::io::Error },
    #[error("{0}")]
    Store(#[from] OpenError),
    #[error("control plane: {0}")]
    Control(#[from] ControlError),
}

/// Everything that runs, in the order in which it was opened.
pub struct Assembled {
    pub clock: Arc<dyn Clock>,
    pub store: Store,
    pub app: App,
    /// Of the first administrator, at the first start only.
    pub first_login: Option<OneTimePassword>,
}

pub fn assemble(config: &Config) -> Result<Assembled, AppError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = open_store(config, &clock)?;
    let first_login = store.control.bootstrap_admin()?;
    let projects = Arc::new(Directory(store.control.clone()));
    let limits = PipelineOptions::default();
    let pipeline = Pipeline::new(store.inbox.clone(), projects, Arc::clone(&clock), limits);
    let app = App::new(store.clone(), pipeline, Arc::clone(&clock), server_options(config));
    Ok(Assembled { clock, store, app, first_login })
}

/// For commands that work on a stopped server's data as well.
pub fn open_store(config: &Config, clock: &Arc<dyn Clock>) -> Result<Store, AppError> {
    let dir = &config.storage.data_dir;
    // What is in it is personal data: nobody else's business.
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|error| AppError::DataDir { path: dir.clone(), error })?;
    let (key, fresh) = master_key::obtain(&config.storage)?;
    if fresh {
        let path = config.storage.master_key_path();
        tracing::info!(path = %path.display(), "made a master key; keep a copy of it elsewhere");
    }
    let store = Store::open(store_options(config, key), Arc::clone(clock))?;
    tracing::info!(dir = %dir.display(), "store is open");
    Ok(store)
}

fn store_options(config: &Config, key: MasterKey) -> StoreOptions {
    let (storage, logs) = (&config.storage, &config.log_files);
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    StoreOptions {
        dir: storage.data_dir.clone(),
        warehouse_memory_bytes: storage.warehouse_memory.0,
        warehouse_threads: match storage.warehouse_threads {
            0 => u32::try_from(cores).unwrap_or(2),
            threads => threads,
        },
        inbox_queue_bytes: usize::try_from(storage.inbox_queue.0).unwrap_or(usize::MAX),
        inbox_backlog_bytes: storage.inbox_backlog.0,
        recordings_quota_bytes: storage.recordings_quota.0,
        log_files: LogFileOptions {
            enabled: logs.enabled,
            format: match logs.format {
                LineFormat::Ndjson => LogFileFormat::Ndjson,
                LineFormat::Text => LogFileFormat::Text,
            },
            rotate_bytes: logs.rotate_at.0,
            rotate_hours: logs.rotate_hours,
            keep_files: logs.keep_files,
            keep_days: logs.keep_days,
        },
        disk: DiskOptions { max_bytes: storage.max_disk.0, ..DiskOptions::default() },
        master_key: key,
    }
}

fn server_options(config: &Config) -> ServerOptions {
    const HOUR: i64 = 3_600_000;
    let auth = &config.auth;
    ServerOptions {
        // Those that do not parse were refused with the configuration.
        trusted_proxies: config
            .server
            .trusted_proxies
            .iter()
            .filter_map(|proxy| proxy.parse().ok())
            .collect(),
        session: SessionLimits {
            idle_ms: i64::from(auth.session_idle_hours) * HOUR,
            max_ms: i64::from(auth.session_max_hours) * HOUR,
        },
        secure_cookies: match auth.secure_cookie {
            SecureCookie::Auto => SecureCookies::Auto,
            SecureCookie::Always => SecureCookies::Always,
            SecureCookie::Never => SecureCookies::Never,
        },
        audit_keep_ms: i64::from(auth.audit_days) * 24 * HOUR,
        request_timeout: Duration::from_secs(config.server.request_timeout_s.into()),
        ..ServerOptions::default()
    }
}

pub fn listen_options(config: &Config) -> ListenOptions {
    let server = &config.server;
    ListenOptions {
        max_connections: server.max_connections as usize,
        header_timeout: Duration::from_secs(server.header_timeout_s.into()),
        grace: Duration::from_secs(server.shutdown_grace_s.into()),
    }
}

//! The one place where the parts are put together.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{Clock, SystemClock};
use server::{App, ListenOptions, SecureCookies, ServerOptions};
use store::Control;
use store::control::{ControlError, OneTimePassword, SessionLimits};

use crate::config::{Config, SecureCookie};
use crate::master_key::{self, MasterKeyError};

pub const CONTROL_FILE: &str = "control.db";

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    #[error("storage.data_dir: cannot use {path}: {error}")]
    DataDir { path: PathBuf, error: std::io::Error },
    #[error("control plane: {0}")]
    Control(#[from] ControlError),
}

/// Everything that runs, in the order in which it was opened.
pub struct Assembled {
    pub clock: Arc<dyn Clock>,
    pub control: Control,
    pub app: App,
    /// Of the first administrator, at the first start only.
    pub first_login: Option<OneTimePassword>,
}

pub fn assemble(config: &Config) -> Result<Assembled, AppError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let dir = &config.storage.data_dir;
    std::fs::create_dir_all(dir).map_err(|error| AppError::DataDir { path: dir.clone(), error })?;

    let (key, fresh) = master_key::obtain(&config.storage)?;
    if fresh {
        let path = config.storage.master_key_path();
        tracing::info!(path = %path.display(), "made a master key; keep a copy of it elsewhere");
    }
    let control = Control::open(&dir.join(CONTROL_FILE), key, Arc::clone(&clock))?;
    tracing::info!("control plane is open");
    let first_login = control.bootstrap_admin()?;
    let app = App::new(control.clone(), Arc::clone(&clock), server_options(config));
    Ok(Assembled { clock, control, app, first_login })
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

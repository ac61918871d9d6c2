//! The one place where the parts are put together.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use model::{Clock, SystemClock};
use pipeline::Pipeline;
use server::{App, Directory};
use store::control::{ControlError, OneTimePassword};
use store::{OpenError, Store};

use crate::config::Config;
use crate::master_key::{self, MasterKeyError};
use crate::options;

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
    let limits = options::pipeline(config);
    let pipeline = Pipeline::new(store.inbox.clone(), projects, Arc::clone(&clock), limits);
    let app = App::new(store.clone(), pipeline, Arc::clone(&clock), options::server(config));
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
    let store = Store::open(options::store(config, key), Arc::clone(clock))?;
    tracing::info!(dir = %dir.display(), "store is open");
    Ok(store)
}

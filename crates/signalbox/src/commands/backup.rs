use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use model::{Clock, SystemClock};
use store::OpenError;
use store::backup::{Manifest, copy};

use crate::app::{AppError, open_store};
use crate::backup_socket;
use crate::config::Config;
use crate::terminal::say;

#[derive(Debug, Args)]
pub struct Options {
    /// Directory in which the dated backup is made [default: backup.dir]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

/// Of a stopped server's data directly; a running server is asked to make it.
pub fn run(options: &Options, config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let dir = match open_store(config, &clock) {
        Ok(store) => {
            let configured = config.backup.root(&config.storage);
            store.backup(options.to.as_ref().unwrap_or(&configured))?.dir
        }
        Err(AppError::Store(OpenError::InUse(_))) => by_server(options.to.as_deref(), config)?,
        Err(error) => return Err(error.into()),
    };
    say(format_args!("{} verified: {}", dir.display(), told(&Manifest::read(&dir)?)));
    say("The master key is not part of it; keep a copy of the key elsewhere.");
    Ok(())
}

/// The server writes where its configuration says; another place gets a copy, with the rights of
/// whoever runs the command.
fn by_server(to: Option<&Path>, config: &Config) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let made = backup_socket::ask(&config.storage.data_dir)?;
    match to {
        Some(root) => Ok(copy(&made, root)?),
        None => Ok(made),
    }
}

pub fn told(manifest: &Manifest) -> String {
    let counts = manifest.counts;
    format!(
        "{} events, {} logs, {} recording segments, {} items still in the inbox, {} projects",
        counts.events, counts.logs, counts.recording_segments, counts.inbox_items, counts.projects
    )
}

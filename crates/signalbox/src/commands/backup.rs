use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use model::{Clock, SystemClock};
use store::backup::{Manifest, verify};

use crate::app::open_store;
use crate::config::Config;
use crate::terminal::say;

#[derive(Debug, Args)]
pub struct Options {
    /// Directory in which the dated backup is made [default: backup.dir]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

/// For a server that is stopped; a running one makes its own, by `backup.at`.
pub fn run(options: Options, config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let root = options.to.unwrap_or_else(|| config.backup.root(&config.storage));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = open_store(config, &clock)?;
    std::fs::create_dir_all(&root)?;
    let made = store.backup(&root)?;
    let manifest = verify(&made.dir)?;
    say(format_args!("{} verified: {}", made.dir.display(), told(&manifest)));
    say("The master key is not part of it; keep a copy of the key elsewhere.");
    Ok(())
}

pub fn told(manifest: &Manifest) -> String {
    let counts = manifest.counts;
    format!(
        "{} events, {} logs, {} recording segments, {} items still in the inbox, {} projects",
        counts.events, counts.logs, counts.recording_segments, counts.inbox_items, counts.projects
    )
}

use std::path::PathBuf;

use clap::Args;

use super::backup::told;
use crate::config::Config;
use crate::terminal::say;

#[derive(Debug, Args)]
pub struct Options {
    /// The backup's directory
    backup: PathBuf,
}

/// Into the configured data directory, which must be new or empty: what is there is never
/// overwritten.
pub fn run(options: &Options, config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let into = &config.storage.data_dir;
    let manifest = store::backup::restore(&options.backup, into)?;
    say(format_args!("restored into {}: {}", into.display(), told(&manifest)));
    let key = config.storage.master_key_path();
    if config.storage.master_key.is_empty() && !key.exists() {
        say(format_args!("Put the master key at {} before starting the server.", key.display()));
    }
    Ok(())
}

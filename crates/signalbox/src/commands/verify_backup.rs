use std::path::PathBuf;

use clap::Args;

use super::backup::told;
use crate::terminal::say;

#[derive(Debug, Args)]
pub struct Options {
    /// The backup's directory
    backup: PathBuf,
}

pub fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let manifest = store::backup::verify(&options.backup)?;
    say(format_args!("sound: {}", told(&manifest)));
    Ok(())
}

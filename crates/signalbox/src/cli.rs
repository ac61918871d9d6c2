use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    backup, config, create_admin, demo, healthcheck, restore, serve, verify_backup,
};
use crate::config::Inputs;

/// Telemetry, web-see reports and logs in one process: kept durably, searchable, yours.
#[derive(Debug, Parser)]
#[command(name = "signalbox", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Where the configuration comes from; the same for every command.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Configuration file [default: signalbox.toml if it exists]
    #[arg(long, global = true, value_name = "FILE", env = "SIGNALBOX_CONFIG")]
    config: Option<PathBuf>,
    /// File with NAME=value lines, read before the environment
    #[arg(long, global = true, value_name = "FILE", env = "SIGNALBOX_ENV_FILE")]
    env_file: Option<PathBuf>,
    /// storage.data_dir
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// server.host
    #[arg(long, global = true)]
    host: Option<String>,
    /// server.port
    #[arg(long, global = true)]
    port: Option<String>,
    /// logging.level
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
    /// Any key, as in --set backup.keep=14
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as section.key=value")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl ConfigArgs {
    pub fn into_inputs(self, environment: Vec<(String, String)>) -> Inputs {
        let mut flags: Vec<_> =
            self.set.into_iter().map(|(key, value)| ("--set".to_owned(), key, value)).collect();
        for (flag, key, value) in [
            ("--data-dir", "storage.data_dir", self.data_dir),
            ("--host", "server.host", self.host),
            ("--port", "server.port", self.port),
            ("--log-level", "logging.level", self.log_level),
        ] {
            flags.extend(value.map(|value| (flag.to_owned(), key.to_owned(), value)));
        }
        Inputs { file: self.config, env_file: self.env_file, environment, flags }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve(serve::Options),
    /// Create an administrator, or reset one's password
    CreateAdmin(create_admin::Options),
    /// Ask a running server whether it is well; the exit code is the answer
    Healthcheck(healthcheck::Options),
    /// Show, check or document the configuration
    #[command(subcommand)]
    Config(config::Action),
    /// Apply schema migrations and show the versions; `serve` does the same at start
    Migrate,
    /// Write a verified backup, whether the server runs or not
    Backup(backup::Options),
    /// Put a backup in place of the data directory
    Restore(restore::Options),
    /// Check that a backup is complete and readable
    VerifyBackup(verify_backup::Options),
    /// Send realistic traffic to the demo project of a running server
    Demo(demo::Options),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verify_cli() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}

//! Configuration: defaults, then the file, then the environment, then flags.
//!
//! Each section is one small type in its own file ([`section::section`]); every key knows where
//! its value came from; whatever is not understood is an error that names the key.

mod aliases;
mod auth;
mod backup;
mod bytes;
mod check;
mod demo;
pub mod docs;
mod environment;
mod ingest;
mod layers;
mod log_files;
mod logging;
mod metrics;
pub mod print;
mod realtime;
mod section;
mod server;
mod storage;
mod suggest;

use std::path::PathBuf;

pub use auth::{Auth, SecureCookie};
pub use backup::Backup;
pub use bytes::Bytes;
pub use check::{Problem, Problems};
pub use demo::Demo;
pub use ingest::Ingest;
pub use layers::{Layers, Origin};
pub use log_files::{LineFormat, LogFiles};
pub use logging::{Format, Logging};
pub use metrics::Metrics;
pub use realtime::{Realtime, WsProtocol};
pub use section::Field;
pub use server::Server;
pub use storage::Storage;

/// What the rest of this module needs to know about a section without naming its type.
pub struct SectionInfo {
    pub name: &'static str,
    pub about: &'static [&'static str],
    pub fields: &'static [Field],
    /// Whether a value has the right type for a field.
    accepts: fn(&str, toml::Value) -> Result<(), String>,
    defaults: fn() -> Result<toml::Table, toml::ser::Error>,
}

macro_rules! sections {
    ($($name:ident: $type:ident,)+) => {
        #[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config { $(pub $name: $type,)+ }

        pub const SECTIONS: &[SectionInfo] = &[$(
            SectionInfo {
                name: stringify!($name),
                about: $type::ABOUT,
                fields: $type::FIELDS,
                accepts: accepts::<$type>,
                defaults: || toml::Table::try_from($type::default()),
            },
        )+];

        impl Config {
            fn check(&self) -> Vec<Problem> {
                let mut found = Vec::new();
                $( self.$name.check(&mut Problems::of(stringify!($name), &mut found)); )+
                found
            }
        }
    };
}

sections! {
    server: Server,
    storage: Storage,
    ingest: Ingest,
    realtime: Realtime,
    auth: Auth,
    log_files: LogFiles,
    logging: Logging,
    metrics: Metrics,
    backup: Backup,
    demo: Demo,
}

fn accepts<T: serde::de::DeserializeOwned>(field: &str, value: toml::Value) -> Result<(), String> {
    let mut table = toml::Table::new();
    table.insert(field.to_owned(), value);
    table.try_into::<T>().map(drop).map_err(|e| e.message().to_owned())
}

/// What the process was started with, gathered by `main` so that tests can say otherwise.
#[derive(Debug, Default)]
pub struct Inputs {
    /// `--config`, or `SIGNALBOX_CONFIG`. A file that was asked for has to exist.
    pub file: Option<PathBuf>,
    /// `--env-file`: `NAME=value` lines that stand below the real environment.
    pub env_file: Option<PathBuf>,
    pub environment: Vec<(String, String)>,
    /// From flags, as (flag, key, value).
    pub flags: Vec<(String, String, String)>,
}

/// The configuration in force, and how it came about.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    pub layers: Layers,
    /// What was understood but has no effect, and why.
    pub warnings: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("the configuration is not valid:\n{}", list(.0))]
pub struct ConfigError(pub Vec<String>);

fn list(problems: &[String]) -> String {
    problems.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n")
}

pub fn load(inputs: &Inputs) -> Result<Loaded, ConfigError> {
    let mut layers = Layers::of_defaults().map_err(|e| ConfigError(vec![e.to_string()]))?;
    layers.read_file(inputs.file.as_deref());
    layers.read_environment(inputs.env_file.as_deref(), &inputs.environment);
    for (flag, key, value) in &inputs.flags {
        layers.set_text(key, value, Origin::Flag(flag.clone()));
    }
    let (config, warnings) = layers.finish()?;
    Ok(Loaded { config, layers, warnings })
}

#[cfg(test)]
mod tests;

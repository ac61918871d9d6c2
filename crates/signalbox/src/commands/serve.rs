use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use store::Store;
use store::control::OneTimePassword;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{self, Assembled};
use crate::backup_socket::BackupSocket;
use crate::config::{Config, Loaded};
use crate::demo_feed::DemoFeed;
use crate::jobs::{Backup, Housekeeping, Jobs, Retention};
use crate::lifecycle::{Signals, orderly, step};
use crate::logging;
use crate::options;
use crate::terminal::say;

/// After the requests in flight: for what is committed to reach the warehouse.
const STORE_DEADLINE: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub struct Options {
    /// For development: pretty logs, loopback only
    #[arg(long)]
    dev: bool,
    /// Keep a demo project with generated traffic beside the real ones
    #[arg(long)]
    demo: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("--dev listens on loopback only, but server.{key} is {value}")]
    DevExposed { key: &'static str, value: String },
    #[error("cannot listen on {address}: {error}{}", in_use(error))]
    Bind { address: String, error: std::io::Error },
}

fn in_use(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "; another program has that port (choose one with --port or server.port)"
        }
        _ => "",
    }
}

pub fn run(arguments: &Options, loaded: &Loaded) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let began = Instant::now();
    let config = &loaded.config;
    if arguments.dev {
        only_loopback(config)?;
    }
    logging::start(&config.logging)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    if arguments.dev {
        tracing::warn!("DEVELOPMENT MODE: for this machine only, never for real data");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(serve(arguments, config, began));
    // A backup that was in the middle is taken again by the next start.
    runtime.shutdown_background();
    ended
}

async fn serve(
    arguments: &Options,
    config: &Config,
    began: Instant,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut signals = Signals::listen()?;
    // Before anything is opened, so that a port in use changes nothing on disk.
    let listeners = bind(config).await?;
    let addresses: Vec<SocketAddr> =
        listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();

    let Assembled { clock, store, app, first_login } = app::assemble(config)?;
    let mut jobs = Jobs::new(&config.storage.data_dir, Arc::clone(&clock));
    jobs.add(Housekeeping(app.clone()));
    jobs.add(Retention(store.clone()));
    if let Some(backup) = Backup::from_config(config, &store) {
        jobs.add(backup);
    }
    let backup_socket = listen_for_backups(config, &store);

    let (stop, stopped) = watch::channel(false);
    let router = server::router(app.clone());
    let serving = tokio::spawn(server::listen(listeners, router, options::listen(config), stopped));
    let ready_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    for address in &addresses {
        tracing::info!(%address, ready_ms, "listening");
    }
    let demo = match addresses.first().filter(|_| arguments.demo) {
        Some(address) => Some(DemoFeed::start(config, &store, clock, *address)?),
        None => None,
    };
    announce(&addresses, first_login.as_ref(), demo.is_some());

    let name = signals.next().await;
    tracing::info!(signal = name, "stopping; a second signal stops at once");
    let deadline = Duration::from_secs(config.server.shutdown_grace_s.into()) + STORE_DEADLINE;
    let shutdown = async {
        if let Some(demo) = demo {
            step("demo stopped", demo.stop()).await;
        }
        // The receiver lives in the task that is awaited next.
        let _ = stop.send(true);
        step("live connections told to come back", app.close_live()).await;
        if let Ok(drained) = step("no more requests", serving).await
            && drained.aborted > 0
        {
            tracing::warn!(connections = drained.aborted, "cut off requests that did not end");
        }
        step("jobs stopped", jobs.stop()).await;
        if let Some(socket) = backup_socket {
            socket.stop().await;
        }
        step("last-used times written", app.housekeep()).await;
        step("store flushed and closed", store.shutdown()).await;
    };
    Ok(orderly(&mut signals, deadline, shutdown).await)
}

/// A file system without sockets costs the `backup` command, not the server.
fn listen_for_backups(config: &Config, store: &Store) -> Option<BackupSocket> {
    let (dir, backup) = (&config.storage.data_dir, &config.backup);
    let root = backup.root(&config.storage);
    BackupSocket::listen(dir, store.clone(), root, backup.keep as usize)
        .inspect_err(|error| {
            tracing::warn!(%error, "`signalbox backup` will not work while this server runs");
        })
        .ok()
}

fn only_loopback(config: &Config) -> Result<(), ServeError> {
    let is_loopback = |host: &str| host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if !is_loopback(&config.server.host) {
        return Err(ServeError::DevExposed { key: "host", value: config.server.host.clone() });
    }
    let exposed = config
        .server
        .extra_listeners
        .iter()
        .find(|l| !l.parse::<SocketAddr>().is_ok_and(|a| a.ip().is_loopback()));
    match exposed {
        Some(l) => Err(ServeError::DevExposed { key: "extra_listeners", value: l.clone() }),
        None => Ok(()),
    }
}

async fn bind(config: &Config) -> Result<Vec<TcpListener>, ServeError> {
    let server = &config.server;
    let main = match server.host.parse::<IpAddr>() {
        Ok(ip) => SocketAddr::new(ip, server.port).to_string(),
        Err(_) => format!("{}:{}", server.host, server.port),
    };
    let mut listeners = Vec::new();
    for address in std::iter::once(&main).chain(&server.extra_listeners) {
        let listener = TcpListener::bind(address).await;
        let bound =
            listener.map_err(|error| ServeError::Bind { address: address.clone(), error })?;
        listeners.push(bound);
    }
    Ok(listeners)
}

/// What a person at a terminal wants to know. The password is shown here once and nowhere else.
fn announce(addresses: &[SocketAddr], first_login: Option<&OneTimePassword>, demo: bool) {
    let mut lines = vec![String::new()];
    for address in addresses {
        lines.push(format!("  Signalbox   http://{address}"));
    }
    if demo {
        lines.push("  Demo        project \"demo\" is being fed with generated traffic".to_owned());
    }
    if let Some(login) = first_login {
        lines.push(format!("  Sign in as  {}", login.username));
        lines.push(format!(
            "  Password    {}   (once: choose another after signing in)",
            login.password
        ));
    }
    lines.push(String::new());
    say(lines.join("\n"));
}

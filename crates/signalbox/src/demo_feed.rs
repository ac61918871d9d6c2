//! `serve --demo`: the project that generated traffic goes to, and the thread that sends it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use model::settings::Access;
use model::{Clock, KeyKind, ProjectId, ProjectSettings, Scope};
use serde::{Deserialize, Serialize};
use store::Store;
use store::control::{Actor, Control, ControlError, NewKey, NewProject};

use crate::commands::healthcheck::local_url;
use crate::config::{Config, Demo};
use crate::demo::{Courier, Pace, Story, Target, history, live};

const SLUG: &str = "demo";
const KEY_NAME: &str = "demo traffic";
/// Everything comes from one address; the usual limits would refuse most of the history.
const REQUESTS_PER_MINUTE: u32 = 600_000;

/// Sent right after the history, so that every page of the dashboard has something to show.
const FRESH_ITEMS: u64 = 400;

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{0} is missing; `signalbox serve --demo` makes the demo project and writes it")]
    NoDemo(PathBuf),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error(
        "a project named \"demo\" exists that is not a demo; generated traffic stays out of it"
    )]
    NotADemo,
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error("could not start the demo's thread: {0}")]
    Thread(io::Error),
}

/// Where the demo's traffic goes, for this process and for `signalbox demo`. The key is a public
/// one and no secret.
#[derive(Debug, Serialize, Deserialize)]
pub struct DemoFile {
    pub target: Target,
    /// Sent once per data directory.
    pub history_sent: bool,
}

impl DemoFile {
    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("demo.json")
    }

    pub fn read(data_dir: &Path) -> Result<DemoFile, DemoError> {
        let path = DemoFile::path(data_dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(DemoError::NoDemo(path)),
            Err(error) => return Err(DemoError::File { path, error }),
        };
        serde_json::from_str(&text).map_err(|error| DemoError::File { path, error: error.into() })
    }

    fn write(&self, data_dir: &Path) -> Result<(), DemoError> {
        let path = DemoFile::path(data_dir);
        let written = serde_json::to_vec_pretty(self)
            .map_err(io::Error::from)
            .and_then(|json| fs::write(&path, json));
        written.map_err(|error| DemoError::File { path, error })
    }
}

pub struct DemoFeed {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl DemoFeed {
    pub fn start(
        config: &Config,
        store: &Store,
        clock: Arc<dyn Clock>,
        address: SocketAddr,
    ) -> Result<DemoFeed, DemoError> {
        let key = ensure_project(&store.control)?;
        let url = local_url(&address.ip().to_string(), address.port());
        let target = Target { url, key };
        let data_dir = config.storage.data_dir.clone();
        let history_sent = DemoFile::read(&data_dir).is_ok_and(|file| file.history_sent);
        let mut file = DemoFile { target, history_sent };
        file.write(&data_dir)?;

        let (stop, demo) = (Arc::new(AtomicBool::new(false)), config.demo.clone());
        let thread = std::thread::Builder::new().name("demo".into()).spawn({
            let stop = Arc::clone(&stop);
            move || {
                if let Err(error) = feed(&demo, &mut file, &data_dir, &*clock, &stop)
                    && !stop.load(Ordering::Relaxed)
                {
                    tracing::warn!(%error, "the demo ended");
                }
            }
        });
        Ok(DemoFeed { stop, thread: thread.map_err(DemoError::Thread)? })
    }

    pub async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        // It looks at the flag between requests, ten times a second.
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the demo's thread panicked");
        }
    }
}

fn feed(
    demo: &Demo,
    file: &mut DemoFile,
    data_dir: &Path,
    clock: &dyn Clock,
    stop: &AtomicBool,
) -> Result<(), Box<dyn std::error::Error>> {
    let stopped = || stop.load(Ordering::Relaxed);
    let courier = Courier::new(file.target.clone());
    if demo.history > 0 && !file.history_sent {
        let mut story = Story::new(demo.seed, &file.target.key);
        let sent = history(&mut story, &courier, clock.now(), u64::from(demo.history), stopped)?;
        // And at once what web-see pages would have sent, which cannot be dated back.
        let fresh = Pace { per_second: 0.0, items: FRESH_ITEMS, duration: Duration::MAX };
        live(&mut story, &courier, clock, fresh, stopped)?;
        tracing::info!(items = sent.items, refused = sent.refused, "demo history sent");
        // A server that refused all of it should get it again after the next start.
        file.history_sent = !stopped() && sent.refused < sent.requests;
        file.write(data_dir)?;
    }
    if demo.per_minute == 0 {
        return Ok(());
    }
    // Another seed each time, or the restarted stream would repeat ids and count as duplicates.
    let seed = demo.seed ^ clock.now().unsigned_abs();
    let mut story = Story::new(seed, &file.target.key);
    let pace = Pace {
        per_second: f64::from(demo.per_minute) / 60.0,
        items: u64::MAX,
        duration: Duration::MAX,
    };
    live(&mut story, &courier, clock, pace, stopped)?;
    Ok(())
}

/// The demo project's public key; project and key are made when they are missing.
fn ensure_project(control: &Control) -> Result<String, DemoError> {
    let by = Actor::system();
    let id = match control.projects()?.into_iter().find(|p| p.slug == SLUG) {
        Some(project) if project.demo => project.id,
        Some(_) => return Err(DemoError::NotADemo),
        None => create_project(control, &by)?,
    };
    let usable = control.keys(id)?.into_iter().find(|key| {
        key.name == KEY_NAME && key.kind == KeyKind::Public && key.revoked_at.is_none()
    });
    if let Some(key) = usable {
        return Ok(key.display);
    }
    let new = NewKey {
        name: KEY_NAME.to_owned(),
        kind: KeyKind::Public,
        scopes: Some(vec![Scope::IngestEvents, Scope::IngestLogs]),
        origins: Vec::new(),
        env: None,
        expires_at: None,
    };
    Ok(control.create_key(&by, id, new)?.info.display)
}

fn create_project(control: &Control, by: &Actor) -> Result<ProjectId, DemoError> {
    let mut settings = ProjectSettings {
        access: Access {
            origins: vec!["https://shop.example".to_owned(), "http://localhost:5173".to_owned()],
            ..Access::default()
        },
        ..ProjectSettings::default()
    };
    settings.limits.requests_per_minute = REQUESTS_PER_MINUTE;
    settings.limits.burst = REQUESTS_PER_MINUTE;
    let new = NewProject {
        slug: SLUG.to_owned(),
        name: "Demo shop / 演示商城".to_owned(),
        environments: vec!["production".to_owned(), "staging".to_owned()],
        demo: true,
        settings,
    };
    Ok(control.create_project(by, new)?.id)
}

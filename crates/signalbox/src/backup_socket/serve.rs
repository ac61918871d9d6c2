use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use store::Store;
use store::backup::Backup;
use store::control::{Actor, Change};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use super::{Answer, REQUEST, path};

/// For a request, which is written at once, so that a silent caller does not keep others waiting.
const PATIENCE: Duration = Duration::from_secs(5);
/// After a failed `accept`, which is a process out of file descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens until stopped.
pub struct BackupSocket {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl BackupSocket {
    /// The caller has the data directory to itself, so a socket that is there is a dead server's.
    pub fn listen(data_dir: &Path, store: Store, root: PathBuf, keep: usize) -> io::Result<Self> {
        let path = path(data_dir);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let task = tokio::spawn(async move {
            loop {
                // One after the other: there is only ever one backup anyway, and the kernel
                // bounds how many wait.
                match listener.accept().await {
                    Ok((caller, _)) => serve(caller, &store, &root, keep).await,
                    Err(error) => {
                        tracing::warn!(%error, "cannot take a request for a backup");
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        });
        Ok(BackupSocket { path, task })
    }

    /// Whoever waits for a backup learns it from the closed connection.
    pub async fn stop(self) {
        self.task.abort();
        // It only says that the task was aborted.
        let _ = self.task.await;
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "could not remove the socket");
        }
    }
}

async fn serve(mut caller: UnixStream, store: &Store, root: &Path, keep: usize) {
    if let Err(error) = permitted(&caller).and(request(&mut caller).await) {
        tracing::warn!(%error, "not a request for a backup");
        return;
    }
    let (store, root) = (store.clone(), root.to_owned());
    let made = tokio::task::spawn_blocking(move || make(&store, &root, keep)).await;
    let answer = match made {
        Ok(Ok(dir)) => Answer::Made { dir },
        Ok(Err(error)) => Answer::Failed { error: error.to_string() },
        Err(error) => Answer::Failed { error: error.to_string() },
    };
    tracing::info!(?answer, "backup asked for on this machine");
    let Ok(line) = answer.line() else { return };
    if let Err(error) = caller.write_all(&line).await {
        tracing::warn!(%error, "whoever asked for the backup has left");
    }
}

/// The socket's mode says the same, but only from a moment after it was made.
fn permitted(caller: &UnixStream) -> io::Result<()> {
    let user = caller.peer_cred()?.uid();
    if user == 0 || user == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("asked by user {user}")))
}

async fn request(caller: &mut UnixStream) -> io::Result<()> {
    let mut line = [0; REQUEST.len()];
    tokio::time::timeout(PATIENCE, caller.read_exact(&mut line)).await??;
    if line == REQUEST { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

fn make(
    store: &Store,
    root: &Path,
    keep: usize,
) -> Result<PathBuf, Box<dyn std::error::Error + Send + Sync>> {
    // The caller's working directory may be another.
    let root = std::path::absolute(root)?;
    let (made, removed) = store.backup_and_prune(&root, keep)?;
    audit(store, &made, removed.len())?;
    Ok(made.dir)
}

fn audit(store: &Store, made: &Backup, removed: usize) -> Result<(), store::control::ControlError> {
    let after = Some(json!({ "bytes": made.manifest.bytes(), "removed": removed }));
    let target = format!("backup:{}", made.name());
    let change = Change { action: "backup.create", target, after, ..Change::default() };
    store.control.audit(&Actor::system(), change)
}

use std::path::PathBuf;

use store::Store;

use super::{Job, JobError, Schedule, blocking};
use crate::config;

/// A copy of everything, verified before older ones are let go.
pub struct Backup {
    store: Store,
    root: PathBuf,
    schedule: Schedule,
    keep: usize,
}

impl Backup {
    /// `None` when the server shall not make backups.
    pub fn from_config(config: &config::Config, store: &Store) -> Option<Backup> {
        let options = &config.backup;
        let at = options.time().filter(|_| options.enabled)?;
        Some(Backup {
            store: store.clone(),
            root: options.root(&config.storage),
            schedule: Schedule::Daily { at, zone: options.zone() },
            keep: options.keep as usize,
        })
    }
}

impl Job for Backup {
    const NAME: &'static str = "backup";

    fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }

    async fn run(&self) -> Result<String, JobError> {
        let (store, root, keep) = (self.store.clone(), self.root.clone(), self.keep);
        blocking(move || {
            std::fs::create_dir_all(&root)?;
            let (made, removed) = store.backup_and_prune(&root, keep)?;
            Ok(format!("{} verified, {} old ones removed", made.dir.display(), removed.len()))
        })
        .await
    }
}

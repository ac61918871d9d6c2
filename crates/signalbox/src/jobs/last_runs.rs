use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use model::Millis;

/// When each job last ran, in a small file, so that a missed run is noticed after a restart.
pub struct LastRuns {
    path: PathBuf,
    runs: Mutex<BTreeMap<String, Millis>>,
}

impl LastRuns {
    /// A file that cannot be read only means that nothing is known.
    pub fn open(path: PathBuf) -> LastRuns {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let runs = serde_json::from_str(&text).unwrap_or_default();
        LastRuns { path, runs: Mutex::new(runs) }
    }

    pub fn get(&self, name: &str) -> Option<Millis> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    pub fn set(&self, name: &str, at: Millis) {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.insert(name.to_owned(), at);
        if let Err(error) = self.save(&runs) {
            tracing::warn!(%error, path = %self.path.display(), "could not note a job's run");
        }
    }

    fn save(&self, runs: &BTreeMap<String, Millis>) -> io::Result<()> {
        let next = self.path.with_extension("json.new");
        fs::write(&next, serde_json::to_vec(runs)?)?;
        fs::rename(&next, &self.path)
    }
}

use std::fs::File;
use std::io::Write;
use std::path::Path;

use model::Millis;
use serde::{Deserialize, Serialize};

use super::{BackupError, Counts};

pub(super) const FILE: &str = "manifest.json";
pub(super) const FORMAT: u32 = 1;
pub(super) const MASTER_KEY_NOTE: &str = "not included: whoever holds this backup shall not hold \
    the key as well. Keep it elsewhere; without it the signing secrets cannot be opened.";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    pub format: u32,
    pub created_at: Millis,
    pub master_key: String,
    pub counts: Counts,
    pub files: Vec<FileEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// Relative to the backup, with `/`.
    pub path: String,
    pub bytes: u64,
    pub blake3: String,
}

impl Manifest {
    pub(super) fn write(&self, dir: &Path) -> Result<(), BackupError> {
        let path = dir.join(FILE);
        let write = || {
            let mut file = File::create(&path)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()
        };
        write().map_err(BackupError::at(&path))
    }

    /// Of all files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    pub fn read(dir: &Path) -> Result<Self, BackupError> {
        let path = dir.join(FILE);
        let text = std::fs::read(&path).map_err(BackupError::at(&path))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|e| BackupError::Manifest(e.to_string()))?;
        if manifest.format != FORMAT {
            return Err(BackupError::Manifest(format!("format {} is unknown", manifest.format)));
        }
        Ok(manifest)
    }
}

use std::io::ErrorKind;
use std::path::Path;

use model::Millis;

use super::schedule::is_ours;
use super::{BackupError, Manifest};

/// Manifests read for one list; older backups beyond it are not told.
const LIST_MAX: usize = 400;

/// One finished backup, as its manifest tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub at: Millis,
    pub bytes: u64,
}

/// The finished backups below `root`, newest first. Directories without a readable manifest are
/// not among them. Blocks.
pub fn list(root: &Path) -> Result<Vec<Listed>, BackupError> {
    let entries = match std::fs::read_dir(root) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(BackupError::at(root))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(BackupError::at(root))?.file_name().to_string_lossy().into_owned();
        if is_ours(&name) {
            names.push(name);
        }
    }
    // The name is the time.
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.truncate(LIST_MAX);
    let listed = names.into_iter().filter_map(|name| {
        let manifest = Manifest::read(&root.join(&name)).ok()?;
        Some(Listed { name, at: manifest.created_at, bytes: manifest.bytes() })
    });
    Ok(listed.collect())
}

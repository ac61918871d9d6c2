use std::collections::BTreeMap;
use std::path::Path;

use super::{BackupError, Counts, Manifest, counts, files};
use crate::layout;

/// Reads every byte of a backup: all files are there and unchanged, none has come in, the
/// databases are sound and hold the rows they should.
pub fn verify(dir: &Path) -> Result<Manifest, BackupError> {
    let manifest = Manifest::read(dir)?;
    let found: BTreeMap<_, _> =
        files::list(dir)?.into_iter().map(|f| (f.path.clone(), f)).collect();
    let mut damage = Vec::new();
    for entry in &manifest.files {
        match found.get(&entry.path) {
            None => damage.push(format!("{} is missing", entry.path)),
            Some(file) if file != entry => damage.push(format!("{} has changed", entry.path)),
            Some(_) => {}
        }
    }
    let expected = |path: &String| manifest.files.iter().any(|entry| entry.path == *path);
    let foreign = found.keys().filter(|path| !expected(path));
    damage.extend(foreign.map(|path| format!("{path} is not in the manifest")));
    if damage.is_empty() {
        for name in [layout::INBOX, layout::CONTROL] {
            let db = counts::open(&dir.join(name))?;
            let sound: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
            if sound != "ok" {
                damage.push(format!("{name}: {sound}"));
            }
        }
        if Counts::of(dir)? != manifest.counts {
            damage.push("rows are missing".into());
        }
    }
    if damage.is_empty() { Ok(manifest) } else { Err(BackupError::Damaged(damage)) }
}

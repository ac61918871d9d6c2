use std::fs::File;
use std::path::{Path, PathBuf};

use super::{BackupError, Manifest, verify};

/// Verifies a backup and lays it out as a data directory, which must be new or empty. The master
/// key has to be put there separately.
pub fn restore(backup: &Path, into: &Path) -> Result<Manifest, BackupError> {
    let occupied = std::fs::read_dir(into).is_ok_and(|mut entries| entries.next().is_some());
    if occupied || into.is_file() {
        return Err(BackupError::NotEmpty(into.to_owned()));
    }
    let manifest = verify(backup)?;
    // Beside its place first: a restore that was broken off must not look like a data directory.
    let unfinished = into.with_extension("restoring");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(BackupError::at(&unfinished))?;
    }
    copy_files(&manifest, backup, &unfinished)?;
    if into.exists() {
        std::fs::remove_dir(into).map_err(BackupError::at(into))?;
    }
    std::fs::rename(&unfinished, into).map_err(BackupError::at(into))?;
    Ok(manifest)
}

/// Copies a backup into `root` under its own name and verifies the copy, which is returned.
pub fn copy(backup: &Path, root: &Path) -> Result<PathBuf, BackupError> {
    let to = root.join(backup.file_name().unwrap_or_default());
    if to.exists() {
        return Err(BackupError::Exists(to));
    }
    let unfinished = to.with_extension("partial");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(BackupError::at(&unfinished))?;
    }
    let manifest = Manifest::read(backup)?;
    copy_files(&manifest, backup, &unfinished)?;
    manifest.write(&unfinished)?;
    verify(&unfinished)?;
    std::fs::rename(&unfinished, &to).map_err(BackupError::at(&to))?;
    Ok(to)
}

fn copy_files(manifest: &Manifest, from: &Path, to: &Path) -> Result<(), BackupError> {
    for entry in &manifest.files {
        let target = to.join(&entry.path);
        let copy = || {
            target.parent().map(std::fs::create_dir_all).transpose()?;
            std::fs::copy(from.join(&entry.path), &target)?;
            File::open(&target)?.sync_all()
        };
        copy().map_err(BackupError::at(&target))?;
    }
    Ok(())
}

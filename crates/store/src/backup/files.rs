use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{BackupError, FileEntry, manifest};

/// Copies a directory; files that vanish meanwhile were not worth keeping. With `link`, a second
/// name for the same bytes is enough, where the file system can do that.
pub(super) fn copy_tree(from: &Path, to: &Path, link: bool) -> Result<(), BackupError> {
    let entries = match std::fs::read_dir(from) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(BackupError::at(from))?,
    };
    std::fs::create_dir_all(to).map_err(BackupError::at(to))?;
    for entry in entries {
        let entry = entry.map_err(BackupError::at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target, link)?;
        } else if source.extension().is_none_or(|e| e != "tmp") {
            match copy_file(&source, &target, link) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                copied => copied.map_err(BackupError::at(&source))?,
            }
        }
    }
    File::open(to).and_then(|d| d.sync_all()).map_err(BackupError::at(to))
}

fn copy_file(from: &Path, to: &Path, link: bool) -> io::Result<()> {
    if link && std::fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    std::fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// Every file below a backup but its manifest, in order.
pub(super) fn list(dir: &Path) -> Result<Vec<FileEntry>, BackupError> {
    let mut files = Vec::new();
    walk(dir, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn walk(dir: &Path, prefix: &str, files: &mut Vec<FileEntry>) -> Result<(), BackupError> {
    for entry in std::fs::read_dir(dir).map_err(BackupError::at(dir))? {
        let path = entry.map_err(BackupError::at(dir))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = if prefix.is_empty() { name.into_owned() } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            walk(&path, &name, files)?;
        } else if name != manifest::FILE {
            let (bytes, blake3) = digest(&path).map_err(BackupError::at(&path))?;
            files.push(FileEntry { path: name, bytes, blake3 });
        }
    }
    Ok(())
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((hasher.count(), hasher.finalize().to_hex().to_string()));
        }
        hasher.update(&buffer[..n]);
    }
}

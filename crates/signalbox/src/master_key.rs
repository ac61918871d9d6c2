//! The key that encrypts signing secrets at rest: from the environment, or from a file of its own
//! that is made at the first start.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use store::MasterKey;

use crate::app::CONTROL_FILE;
use crate::config::Storage;

#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error("the master key in {0} must be 64 hexadecimal digits")]
    Malformed(String),
    #[error(
        "the master key in {0} is a placeholder, not a secret; make one with `openssl rand -hex 32`"
    )]
    Weak(String),
    #[error(
        "the master key {0} is missing, but the data beside it was encrypted with one; put it back"
    )]
    Missing(PathBuf),
    #[error("cannot read the master key {path}: {error}")]
    Read { path: PathBuf, error: io::Error },
    #[error("cannot create the master key {path}: {error}")]
    Create { path: PathBuf, error: io::Error },
}

/// The key, and whether it was just made.
pub fn obtain(storage: &Storage) -> Result<(MasterKey, bool), MasterKeyError> {
    if !storage.master_key.is_empty() {
        let place = "storage.master_key";
        return parse(&storage.master_key, place).map(|key| (key, false));
    }
    let path = storage.master_key_path();
    match fs::read_to_string(&path) {
        Ok(text) => {
            warn_if_others_can_read(&path);
            parse(&text, &path.display().to_string()).map(|key| (key, false))
        }
        // A new key would open nothing of what is there, a restored backup for example.
        Err(error) if error.kind() == io::ErrorKind::NotFound && has_data(storage) => {
            Err(MasterKeyError::Missing(path))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = MasterKey::generate();
            create(&path, &key).map_err(|error| MasterKeyError::Create { path, error })?;
            Ok((key, true))
        }
        Err(error) => Err(MasterKeyError::Read { path, error }),
    }
}

fn has_data(storage: &Storage) -> bool {
    storage.data_dir.join(CONTROL_FILE).exists()
}

fn parse(text: &str, place: &str) -> Result<MasterKey, MasterKeyError> {
    let text = text.trim();
    let key = MasterKey::from_hex(text).ok_or(MasterKeyError::Malformed(place.to_owned()))?;
    // A random key has some 30 different bytes; what people type has a handful.
    let mut bytes: Vec<&str> = (0..32).filter_map(|i| text.get(2 * i..2 * i + 2)).collect();
    bytes.sort_unstable();
    bytes.dedup();
    if bytes.len() < 16 { Err(MasterKeyError::Weak(place.to_owned())) } else { Ok(key) }
}

/// On disk before anything is encrypted with it, and readable by nobody else.
fn create(path: &Path, key: &MasterKey) -> io::Result<()> {
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", key.to_hex())?;
    file.sync_all()?;
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => fs::File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn warn_if_others_can_read(path: &Path) {
    let mode = fs::metadata(path).map(|m| m.permissions().mode()).unwrap_or(0);
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others can read the master key; chmod 600 it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storage(dir: &Path) -> Storage {
        Storage { data_dir: dir.join("data"), ..Storage::default() }
    }

    #[test]
    fn the_first_start_makes_a_private_file_and_later_ones_read_it() {
        let dir = tempfile::tempdir().expect("tempdir");
        let storage = storage(dir.path());
        let (made, fresh) = obtain(&storage).expect("made");
        assert!(fresh);
        let mode = fs::metadata(storage.master_key_path()).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(obtain(&storage).expect("read"), (made, false));
    }

    #[test]
    fn weak_and_malformed_keys_are_refused_without_being_shown() {
        let dir = tempfile::tempdir().expect("tempdir");
        for weak in ["00".repeat(32), "deadbeef".repeat(8), "0123456789abcdef".repeat(4)] {
            let storage = Storage { master_key: weak.clone(), ..storage(dir.path()) };
            let error = obtain(&storage).expect_err("weak");
            assert!(matches!(error, MasterKeyError::Weak(_)), "{error}");
            assert!(!error.to_string().contains(&weak));
        }
        let good = MasterKey::generate();
        let storage = Storage { master_key: good.to_hex(), ..storage(dir.path()) };
        assert_eq!(obtain(&storage).expect("good"), (good, false));
        assert!(matches!(parse("dev_secret", "x"), Err(MasterKeyError::Malformed(_))));
    }
}

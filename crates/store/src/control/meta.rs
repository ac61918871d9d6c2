//! Small facts about the file itself.

use rusqlite::{Connection, OptionalExtension, params};

use super::{ControlError, MasterKey};

const KEY_CHECK: &str = "key_check";

pub(super) fn get(db: &Connection, key: &str) -> Result<Option<String>, ControlError> {
    let mut find = db.prepare_cached("SELECT value FROM meta WHERE key = ?")?;
    Ok(find.query_row([key], |row| row.get(0)).optional()?)
}

pub(super) fn set(db: &Connection, key: &str, value: &str) -> Result<(), ControlError> {
    db.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")?
        .execute(params![key, value])?;
    Ok(())
}

/// A sealed constant tells a wrong master key at start instead of at the first signature.
pub(super) fn check_master_key(db: &mut Connection, key: &MasterKey) -> Result<(), ControlError> {
    match get(db, KEY_CHECK)? {
        Some(sealed) => {
            let sealed = hex::decode(sealed).map_err(|_| ControlError::Sealed)?;
            key.open(KEY_CHECK, &sealed).map(drop)
        }
        None => set(db, KEY_CHECK, &hex::encode(key.seal(KEY_CHECK, b"signalbox")?)),
    }
}

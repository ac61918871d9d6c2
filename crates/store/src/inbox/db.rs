//! The inbox database: its schema, and how connections to it are set up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::dedupe::KeyRow;
use super::{Backlog, InboxError};

const SCHEMA_VERSION: i64 = 1;

/// `batch` holds what the warehouse does not have yet, `dedupe` the keys of unsealed
/// generations, `set_aside` payloads nobody can read. Sequence numbers are given by the writer
/// and never used twice.
const SCHEMA: &str = "
    CREATE TABLE batch (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        format INTEGER NOT NULL,
        items INTEGER NOT NULL,
        frames BLOB NOT NULL
    ) STRICT;
    CREATE TABLE dedupe (
        seq INTEGER PRIMARY KEY,
        generation INTEGER NOT NULL,
        at INTEGER NOT NULL,
        keys BLOB NOT NULL
    ) STRICT;
    CREATE TABLE ledger (
        hour INTEGER NOT NULL,
        project INTEGER NOT NULL,
        source TEXT NOT NULL,
        reason TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (hour, project, source, reason)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE set_aside (
        seq INTEGER NOT NULL,
        frame INTEGER NOT NULL,
        at INTEGER NOT NULL,
        problem TEXT NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (seq, frame)
    ) STRICT;
";

pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join(crate::layout::INBOX)
}

/// The one connection that writes. Checkpoints never run inside its commits.
pub(crate) fn open_writer(dir: &Path) -> Result<Connection, InboxError> {
    let db = Connection::open(path(dir))?;
    db.pragma_update(None, "page_size", 8192)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    // A log that grew while the mover stood still shrinks again.
    db.pragma_update(None, "journal_size_limit", 64 << 20)?;
    db.pragma_update(None, "cache_size", -16_384)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.set_prepared_statement_cache_capacity(32);
    match db.pragma_query_value(None, "user_version", |row| row.get(0))? {
        0 => db.execute_batch(&format!(
            "BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
        ))?,
        SCHEMA_VERSION => {}
        newer => return Err(InboxError::Version(newer)),
    }
    Ok(db)
}

pub(crate) fn open_reader(dir: &Path) -> Result<Connection, InboxError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path(dir), flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    Ok(db)
}

/// What waits for the mover, given how far the warehouse is.
pub(crate) fn backlog(db: &Connection, applied_seq: i64) -> Result<Backlog, InboxError> {
    let backlog = db.query_row(
        "SELECT coalesce(sum(items), 0), coalesce(sum(length(frames)), 0), min(at)
         FROM batch WHERE seq > ?1",
        [applied_seq],
        |row| {
            let (items, bytes): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(Backlog {
                items: items.unsigned_abs(),
                bytes: bytes.unsigned_abs(),
                oldest: row.get(2)?,
                applied_seq,
                committed_seq: 0,
            })
        },
    )?;
    let newest = |table| {
        db.query_row(&format!("SELECT max(seq) FROM {table}"), [], |row| row.get(0))
            .optional()
            .map(|seq: Option<Option<i64>>| seq.flatten().unwrap_or(0))
    };
    let committed_seq = newest("batch")?.max(newest("dedupe")?).max(applied_seq);
    Ok(Backlog { committed_seq, ..backlog })
}

/// The keys that no segment file holds yet, oldest first.
pub(crate) fn key_rows<T>(
    db: &Connection,
    read: impl FnOnce(&mut dyn Iterator<Item = rusqlite::Result<KeyRow>>) -> T,
) -> Result<T, InboxError> {
    let mut rows = db.prepare("SELECT generation, at, keys FROM dedupe ORDER BY seq")?;
    let mut rows = rows.query_map([], |row| {
        Ok(KeyRow { generation: row.get(0)?, at: row.get(1)?, keys: row.get(2)? })
    })?;
    Ok(read(&mut rows))
}

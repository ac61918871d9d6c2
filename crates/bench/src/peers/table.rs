//! One table of events in SQLite, durable and indexed as one would by hand.

use model::bucket;
use rusqlite::{CachedStatement, Connection, params};

use crate::data::Row;

pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS events (
        event_id TEXT NOT NULL, project INTEGER NOT NULL, ts INTEGER NOT NULL, app TEXT NOT NULL,
        env TEXT NOT NULL, release TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
        visitor TEXT NOT NULL, session TEXT NOT NULL, status INTEGER, duration_ms REAL,
        duration_bucket INTEGER, value REAL, message TEXT NOT NULL, props TEXT NOT NULL,
        country TEXT NOT NULL, browser TEXT NOT NULL, os TEXT NOT NULL, device TEXT NOT NULL
    );";

/// Write-ahead log, synced on every commit: what it has confirmed survives a power cut.
pub fn open(path: &std::path::Path, extra: &str) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "cache_size", -256 * 1024)?;
    db.pragma_update(None, "mmap_size", 4_i64 << 30)?;
    db.execute_batch(SCHEMA)?;
    db.execute_batch(extra)?;
    Ok(db)
}

/// A row that is there already, by an index that says so, is left alone.
pub fn insert<'a>(db: &'a Connection, table: &str) -> rusqlite::Result<CachedStatement<'a>> {
    db.prepare_cached(&format!(
        "INSERT OR IGNORE INTO {table} VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    ))
}

pub fn insert_row(statement: &mut CachedStatement<'_>, row: &Row) -> rusqlite::Result<usize> {
    statement.execute(params![
        row.event_id(),
        row.project,
        row.ts,
        row.app,
        row.env,
        row.release,
        row.kind.name(),
        row.name,
        row.visitor,
        row.session,
        row.status,
        row.duration_ms,
        row.duration_ms.and_then(bucket::of),
        row.value,
        row.message,
        row.props,
        row.country,
        row.browser,
        row.os,
        row.device,
    ])
}

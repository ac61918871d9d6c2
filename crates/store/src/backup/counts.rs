use std::path::Path;

use duckdb::AccessMode;
use rusqlite::OpenFlags;
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::layout;

/// Rows in the copies. Counting them also proves that they open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub events: u64,
    pub logs: u64,
    pub recording_segments: u64,
    /// Acknowledged items that the warehouse's copy does not have yet.
    pub inbox_items: u64,
    pub ledger_items: u64,
    pub projects: u64,
}

impl Counts {
    pub(super) fn of(dir: &Path) -> Result<Self, BackupError> {
        let path = dir.join(layout::WAREHOUSE).join(layout::WAREHOUSE_FILE);
        let config = duckdb::Config::default().access_mode(AccessMode::ReadOnly)?;
        let warehouse = duckdb::Connection::open_with_flags(path, config)?;
        let rows = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table}");
            warehouse.query_row(&sql, [], |row| row.get::<_, u64>(0))
        };
        let applied: i64 =
            warehouse.query_row("SELECT applied_seq FROM meta", [], |row| row.get(0))?;
        let inbox = open(&dir.join(layout::INBOX))?;
        let control = open(&dir.join(layout::CONTROL))?;
        let number = |db: &rusqlite::Connection, sql: &str| {
            db.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
        };
        let waiting = format!("SELECT coalesce(sum(items), 0) FROM batch WHERE seq > {applied}");
        Ok(Counts {
            events: rows("events")?,
            logs: rows("logs")?,
            recording_segments: rows("recordings")?,
            inbox_items: number(&inbox, &waiting)?,
            ledger_items: number(&inbox, "SELECT coalesce(sum(count), 0) FROM ledger")?,
            projects: number(&control, "SELECT count(*) FROM project")?,
        })
    }
}

/// Opens a copy without leaving anything beside it: it is whole, and nobody else uses it.
pub(super) fn open(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    // Only these three mean something to SQLite in the path of a URI.
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    rusqlite::Connection::open_with_flags(format!("file:{path}?immutable=1"), flags)
}

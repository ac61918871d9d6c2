use std::path::Path;

use duckdb::{Connection, params};
use model::{Millis, ProjectId, Signal};

use super::settings::{FILE, MERGE, MERGE_NOTHING, STAGING};
use super::{Warehouse, WarehouseError, Writer, devices};

/// What retention, disk pressure or the end of a project takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgePlan {
    /// Every project when absent.
    pub project: Option<ProjectId>,
    pub signal: Signal,
    /// Rows of a time in `from..before` go.
    pub from: Millis,
    pub before: Millis,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purged {
    pub rows: u64,
    /// Files of recordings whose rows are gone.
    pub files: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WarehouseStats {
    /// On disk, with the write-ahead log.
    pub bytes: u64,
    /// Part of `bytes` that deleted rows have left free; new rows go there first.
    pub free_bytes: u64,
    pub events: u64,
    pub logs: u64,
    pub recording_segments: u64,
    pub memory_limit_bytes: u64,
}

impl Writer {
    pub(super) fn checkpoint(&mut self) -> Result<(), WarehouseError> {
        if !self.deleted {
            return Ok(self.db.execute_batch("CHECKPOINT")?);
        }
        self.db.execute_batch(MERGE)?;
        let done = self.db.execute_batch("CHECKPOINT");
        self.db.execute_batch(MERGE_NOTHING)?;
        done?;
        self.deleted = false;
        Ok(())
    }
}

impl Warehouse {
    /// Deletes by time. The space is reused after the next [`Warehouse::checkpoint`]; the file
    /// itself does not shrink.
    pub fn purge(&self, plan: &PurgePlan) -> Result<Purged, WarehouseError> {
        let mut writer = self.writer();
        let change = writer.db.unchecked_transaction()?;
        let mut purged = Purged::default();
        let tables: &[(&str, &str)] = match plan.signal {
            Signal::Event => &[("events", "kind NOT IN ('error', 'recording')")],
            Signal::Error => &[("events", "kind = 'error'")],
            Signal::Log => &[("logs", "true")],
            Signal::Recording => &[("events", "kind = 'recording'"), ("recordings", "true")],
        };
        for (table, rows) in tables {
            let range = format!("{rows} AND ts >= ? AND ts < ? AND (? OR project = ?)");
            let all = plan.project.is_none();
            let project = plan.project.unwrap_or(ProjectId::NONE).0;
            let bound = params![plan.from, plan.before, all, project];
            if *table == "recordings" {
                purged.files = files(&change, &range, bound)?;
            }
            let sql = format!("DELETE FROM {table} WHERE {range}");
            purged.rows += change.execute(&sql, bound)? as u64;
        }
        if plan.signal == Signal::Log {
            devices::purge(&change, plan)?;
        }
        change.commit()?;
        writer.deleted |= purged.rows > 0;
        Ok(purged)
    }

    /// Moves the write-ahead log into the file and frees what was deleted.
    pub fn checkpoint(&self) -> Result<(), WarehouseError> {
        self.writer().checkpoint()
    }

    pub fn stats(&self) -> Result<WarehouseStats, WarehouseError> {
        let db = self.writer().db.try_clone()?;
        let count = |table: &str| -> Result<u64, duckdb::Error> {
            db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
        };
        let free_bytes = db.query_row(
            "SELECT block_size * free_blocks FROM pragma_database_size() WHERE database_name = current_database()",
            [],
            |row| row.get(0),
        )?;
        let size = |name: &str| std::fs::metadata(self.dir().join(name)).map_or(0, |m| m.len());
        Ok(WarehouseStats {
            bytes: size(FILE) + size(&format!("{FILE}.wal")),
            free_bytes,
            events: count("events")?,
            logs: count("logs")?,
            recording_segments: count("recordings")?,
            memory_limit_bytes: self.inner.options.memory_bytes,
        })
    }

    /// Copies everything, as of now, into `to/warehouse.duckdb` while reading and writing go on.
    /// The copy is made in the one directory that the engine may write to, then moved.
    pub fn backup(&self, to: &Path) -> Result<(), WarehouseError> {
        let db = self.writer().db.try_clone()?;
        let staged = self.dir().join(STAGING).join(FILE);
        let file_error = |error| WarehouseError::File { path: to.to_owned(), error };
        remove(&staged).map_err(file_error)?;
        let path = staged.to_string_lossy().replace('\'', "''");
        db.execute_batch(&format!("ATTACH '{path}' AS backup (STORAGE_VERSION 'v1.5.0')"))?;
        let source: String = db.query_row("SELECT current_database()", [], |row| row.get(0))?;
        let copied = db.execute_batch(&format!("COPY FROM DATABASE \"{source}\" TO backup"));
        db.execute_batch("DETACH backup")?;
        copied?;
        std::fs::create_dir_all(to).map_err(file_error)?;
        let target = to.join(FILE);
        if std::fs::rename(&staged, &target).is_err() {
            // Another file system.
            std::fs::copy(&staged, &target).map_err(file_error)?;
            remove(&staged).map_err(file_error)?;
        }
        std::fs::File::open(&target).and_then(|f| f.sync_all()).map_err(file_error)
    }
}

fn files(
    db: &Connection,
    range: &str,
    bound: &[&dyn duckdb::ToSql],
) -> Result<Vec<String>, duckdb::Error> {
    let sql = format!("SELECT DISTINCT file FROM recordings WHERE {range} ORDER BY file");
    db.prepare(&sql)?.query_map(bound, |row| row.get(0))?.collect()
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

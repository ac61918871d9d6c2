use std::sync::atomic::Ordering;

use duckdb::{Connection, params};
use model::{Event, Heartbeat, LogEntry, Millis, ProjectId};

use super::columns::{self, Tabular};
use super::{Warehouse, WarehouseError, devices};

/// Rows in one vector of the engine: more at a time would only be cut up again.
const VECTOR: usize = 2048;

/// What one sequence of the inbox brings.
#[derive(Debug, Default)]
pub struct ApplyBatch {
    pub events: Vec<Event>,
    pub logs: Vec<LogEntry>,
    pub recordings: Vec<RecordingRow>,
    pub heartbeats: Vec<Heartbeat>,
    /// Named integers that hold from this sequence on, such as lengths of log files.
    pub marks: Vec<(String, i64)>,
}

/// One segment of a recording; the segment itself is in `file`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordingRow {
    pub project: ProjectId,
    pub recording_id: String,
    pub event_id: String,
    pub session: String,
    pub user: String,
    pub page_id: String,
    pub url: String,
    pub first_ts: Millis,
    pub last_ts: Millis,
    pub ts: Millis,
    pub received_at: Millis,
    pub events: u32,
    pub raw_bytes: u64,
    pub stored_bytes: u64,
    /// Relative to the recordings' directory.
    pub file: String,
}

impl Warehouse {
    /// Takes in everything up to inbox sequence `seq`, whole or not at all. A sequence that is
    /// already in is left alone.
    pub fn apply(&self, seq: i64, batch: &ApplyBatch) -> Result<(), WarehouseError> {
        let mut writer = self.writer();
        if seq <= self.inner.applied.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut row = writer.next_row;
        let change = writer.db.unchecked_transaction()?;
        append(&change, &batch.events, &mut row)?;
        append(&change, &batch.logs, &mut row)?;
        append(&change, &batch.recordings, &mut row)?;
        devices::touch(&change, &batch.heartbeats, &batch.logs)?;
        for (name, value) in &batch.marks {
            change.execute("DELETE FROM marks WHERE name = ?", [name])?;
            change.execute("INSERT INTO marks VALUES (?, ?)", params![name, value])?;
        }
        change.execute("UPDATE meta SET applied_seq = ?, next_row = ?", [seq, row])?;
        change.commit()?;
        writer.next_row = row;
        self.inner.applied.store(seq, Ordering::Release);
        Ok(())
    }

    pub fn marks(&self) -> Result<Vec<(String, i64)>, WarehouseError> {
        let writer = self.writer();
        let mut select = writer.db.prepare("SELECT name, value FROM marks ORDER BY name")?;
        let marks = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(marks.collect::<Result<_, _>>()?)
    }
}

fn append<T: Tabular>(db: &Connection, rows: &[T], next_row: &mut i64) -> duckdb::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut appender = db.appender(T::TABLE)?;
    for some in rows.chunks(VECTOR) {
        appender.append_record_batch(columns::batch(some, *next_row)?)?;
        *next_row += some.len() as i64;
    }
    appender.flush()
}

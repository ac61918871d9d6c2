use std::sync::atomic::Ordering;

use duckdb::{Appender, Connection, params};
use model::{Event, LogEntry, Millis, ProjectId};
use serde::de::IgnoredAny;

use super::{Warehouse, WarehouseError};
use crate::query::render::TAG_MARK;

/// What one sequence of the inbox brings.
#[derive(Debug, Default)]
pub struct ApplyBatch {
    pub events: Vec<Event>,
    pub logs: Vec<LogEntry>,
    pub recordings: Vec<RecordingRow>,
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
        append(&change, "events", &batch.events, &mut row, append_event)?;
        append(&change, "logs", &batch.logs, &mut row, append_log)?;
        append(&change, "recordings", &batch.recordings, &mut row, append_recording)?;
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

fn append<T>(
    db: &Connection,
    table: &str,
    rows: &[T],
    next_row: &mut i64,
    one: impl Fn(&mut Appender<'_>, i64, &T) -> duckdb::Result<()>,
) -> duckdb::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut appender = db.appender(table)?;
    for row in rows {
        one(&mut appender, *next_row, row)?;
        *next_row += 1;
    }
    appender.flush()
}

fn append_event(to: &mut Appender<'_>, rowseq: i64, e: &Event) -> duckdb::Result<()> {
    to.append_row(params![
        e.project.0,
        rowseq,
        e.ts,
        e.received_at,
        e.client_ts,
        e.source.map_or("", |s| s.name()),
        e.event_id,
        e.part,
        e.seq,
        e.kind.name(),
        e.class.map_or("", |c| c.name()),
        e.name,
        e.app,
        e.env,
        e.release,
        e.sdk_version,
        e.session,
        e.visitor,
        e.user,
        e.role,
        e.page_id,
        e.url,
        e.path,
        e.referrer,
        e.status,
        e.ok,
        e.duration_ms.filter(|v| v.is_finite()),
        e.duration_bucket,
        e.value.filter(|v| v.is_finite()),
        e.value_bucket,
        e.rating.map_or("", |r| r.name()),
        e.client_rating.map_or("", |r| r.name()),
        e.retries,
        e.timed_out,
        e.message,
        e.stack,
        e.file,
        e.line,
        e.column,
        e.fingerprint,
        e.fatal,
        e.recording_id,
        e.browser,
        e.browser_version,
        e.os,
        e.os_version,
        e.device,
        e.device_type.name(),
        e.country,
        e.ip_prefix,
        e.bot,
        rate(e.sample_rate),
        e.flags,
        object(&e.props),
        object(&e.extra),
    ])
}

fn append_log(to: &mut Appender<'_>, rowseq: i64, log: &LogEntry) -> duckdb::Result<()> {
    to.append_row(params![
        log.project.0,
        rowseq,
        log.ts,
        log.received_at,
        log.client_ts,
        log.id,
        log.device,
        log.level.name(),
        log.message,
        join_tags(&log.tags),
        log.app,
        log.env,
        log.release,
        log.ip_prefix,
        object(&log.extra),
    ])
}

fn append_recording(to: &mut Appender<'_>, rowseq: i64, r: &RecordingRow) -> duckdb::Result<()> {
    let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    to.append_row(params![
        r.project.0,
        rowseq,
        r.ts,
        r.received_at,
        r.recording_id,
        r.event_id,
        r.session,
        r.user,
        r.page_id,
        r.url,
        r.first_ts,
        r.last_ts,
        i64::from(r.events),
        size(r.raw_bytes),
        size(r.stored_bytes),
        r.file,
    ])
}

/// A weight is `1 / rate`: anything but a share would poison every weighted figure.
fn rate(rate: f64) -> f64 {
    if rate > 0.0 && rate <= 1.0 { rate } else { 1.0 }
}

fn join_tags(tags: &[String]) -> String {
    let mut joined = String::new();
    for tag in tags {
        joined.push(TAG_MARK);
        joined.extend(tag.chars().filter(|&c| c != TAG_MARK));
        joined.push(TAG_MARK);
    }
    joined
}

/// One malformed document would fail every query that looks into the column.
fn object(json: &str) -> &str {
    let good = json.starts_with('{') && serde_json::from_str::<IgnoredAny>(json).is_ok();
    if good { json } else { "" }
}

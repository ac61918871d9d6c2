//! Rows back into what they were.

use duckdb::Row;
use duckdb::types::FromSql;
use model::{DeviceType, ErrorClass, Event, Kind, Level, LogEntry, ProjectId, Rating, Source};

use super::RecordingRow;
use crate::query::render::TAG_MARK;

/// Columns of a list: the two of the cursor, then those of the row.
pub(super) const EVENT: &str = "ts, rowseq, project, source, event_id, part, client_ts, \
    received_at, seq, kind, class, name, app, env, release, sdk_version, session, visitor, \
    user_id, role, page_id, url, path, referrer, status, ok, duration_ms, duration_bucket, value, \
    value_bucket, rating, client_rating, retries, timed_out, message, stack, file, line, col, \
    fingerprint, fatal, recording_id, browser, browser_version, os, os_version, device, \
    device_type, country, ip_prefix, bot, sample_rate, flags, props, extra";

pub(super) const LOG: &str = "ts, rowseq, project, id, device, client_ts, received_at, level, \
    message, tags, app, env, release, ip_prefix, extra";

pub(super) const RECORDING: &str = "ts, rowseq, project, recording_id, event_id, session, \
    user_id, page_id, url, first_ts, last_ts, received_at, events, raw_bytes, stored_bytes, file";

/// Columns taken one after the other.
struct Columns<'a, 'stmt> {
    row: &'a Row<'stmt>,
    next: usize,
}

impl Columns<'_, '_> {
    fn take<T: FromSql>(&mut self) -> duckdb::Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    fn word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> duckdb::Result<Option<T>> {
        Ok(parse(&self.take::<String>()?))
    }
}

pub(super) fn event(row: &Row<'_>) -> duckdb::Result<Event> {
    let mut c = Columns { row, next: 0 };
    let ts = c.take()?;
    c.next += 1;
    Ok(Event {
        ts,
        project: ProjectId(c.take()?),
        source: c.word(Source::parse)?,
        event_id: c.take()?,
        part: u16::try_from(c.take::<i32>()?).unwrap_or_default(),
        client_ts: c.take()?,
        received_at: c.take()?,
        seq: c.take()?,
        kind: c.word(Kind::parse)?.unwrap_or_default(),
        class: c.word(ErrorClass::parse)?,
        name: c.take()?,
        app: c.take()?,
        env: c.take()?,
        release: c.take()?,
        sdk_version: c.take()?,
        session: c.take()?,
        visitor: c.take()?,
        user: c.take()?,
        role: c.take()?,
        page_id: c.take()?,
        url: c.take()?,
        path: c.take()?,
        referrer: c.take()?,
        status: c.take()?,
        ok: c.take()?,
        duration_ms: c.take()?,
        duration_bucket: c.take()?,
        value: c.take()?,
        value_bucket: c.take()?,
        rating: c.word(Rating::parse)?,
        client_rating: c.word(Rating::parse)?,
        retries: c.take()?,
        timed_out: c.take()?,
        message: c.take()?,
        stack: c.take()?,
        file: c.take()?,
        line: c.take()?,
        column: c.take()?,
        fingerprint: c.take()?,
        fatal: c.take()?,
        recording_id: c.take()?,
        browser: c.take()?,
        browser_version: c.take()?,
        os: c.take()?,
        os_version: c.take()?,
        device: c.take()?,
        device_type: c.word(DeviceType::parse)?.unwrap_or_default(),
        country: c.take()?,
        ip_prefix: c.take()?,
        bot: c.take()?,
        sample_rate: c.take()?,
        flags: c.take()?,
        props: c.take()?,
        extra: c.take()?,
    })
}

pub(super) fn log(row: &Row<'_>) -> duckdb::Result<LogEntry> {
    let mut c = Columns { row, next: 0 };
    let ts = c.take()?;
    c.next += 1;
    Ok(LogEntry {
        ts,
        project: ProjectId(c.take()?),
        id: c.take()?,
        device: c.take()?,
        client_ts: c.take()?,
        received_at: c.take()?,
        level: c.word(Level::parse)?.unwrap_or_default(),
        message: c.take()?,
        tags: split_tags(&c.take::<String>()?),
        app: c.take()?,
        env: c.take()?,
        release: c.take()?,
        ip_prefix: c.take()?,
        extra: c.take()?,
    })
}

pub(super) fn recording(row: &Row<'_>) -> duckdb::Result<RecordingRow> {
    let mut c = Columns { row, next: 0 };
    let ts = c.take()?;
    c.next += 1;
    let size = |bytes: i64| u64::try_from(bytes).unwrap_or_default();
    Ok(RecordingRow {
        ts,
        project: ProjectId(c.take()?),
        recording_id: c.take()?,
        event_id: c.take()?,
        session: c.take()?,
        user: c.take()?,
        page_id: c.take()?,
        url: c.take()?,
        first_ts: c.take()?,
        last_ts: c.take()?,
        received_at: c.take()?,
        events: u32::try_from(c.take::<i64>()?).unwrap_or(u32::MAX),
        raw_bytes: size(c.take()?),
        stored_bytes: size(c.take()?),
        file: c.take()?,
    })
}

fn split_tags(joined: &str) -> Vec<String> {
    joined.split(TAG_MARK).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

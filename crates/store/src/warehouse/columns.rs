//! Rows as columns, in the order of the tables: what the engine takes in most cheaply.

use std::sync::Arc;

use duckdb::arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int16Array, Int32Array, Int64Array, StringArray,
};
use duckdb::arrow::datatypes::{Field, Schema};
use duckdb::arrow::record_batch::RecordBatch;
use model::{Event, LogEntry};
use serde::de::IgnoredAny;

use super::RecordingRow;
use crate::query::render::TAG_MARK;

/// A kind of row that has a table.
pub(super) trait Tabular: Sized {
    const TABLE: &str;

    /// One per column of the table, `rowseq` from `first` on.
    fn columns(rows: &[Self], first: i64) -> Vec<ArrayRef>;
}

pub(super) fn batch<T: Tabular>(rows: &[T], first: i64) -> duckdb::Result<RecordBatch> {
    let columns = T::columns(rows, first);
    let field = |column: &ArrayRef| Field::new("", column.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns)
        .map_err(|error| duckdb::Error::ToSqlConversionFailure(Box::new(error)))
}

/// Numbers and truths; absent ones are null.
fn of<'a, A, T, V>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> ArrayRef
where
    A: Array + FromIterator<V> + 'static,
{
    Arc::new(rows.iter().map(value).collect::<A>())
}

fn text<'a, T, V: AsRef<str>>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
}

fn numbered<T>(rows: &[T], first: i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values((first..).take(rows.len())))
}

impl Tabular for Event {
    const TABLE: &str = "events";

    fn columns(rows: &[Event], first: i64) -> Vec<ArrayRef> {
        vec![
            of::<Int64Array, _, _>(rows, |e| e.project.0),
            numbered(rows, first),
            of::<Int64Array, _, _>(rows, |e| e.ts),
            of::<Int64Array, _, _>(rows, |e| e.received_at),
            of::<Int64Array, _, _>(rows, |e| e.client_ts),
            text(rows, |e| e.source.map_or("", |s| s.name())),
            text(rows, |e| &e.event_id),
            of::<Int32Array, _, _>(rows, |e| i32::from(e.part)),
            of::<Int64Array, _, _>(rows, |e| e.seq),
            text(rows, |e| e.kind.name()),
            text(rows, |e| e.class.map_or("", |c| c.name())),
            text(rows, |e| &e.name),
            text(rows, |e| &e.app),
            text(rows, |e| &e.env),
            text(rows, |e| &e.release),
            text(rows, |e| &e.sdk_version),
            text(rows, |e| &e.session),
            text(rows, |e| &e.visitor),
            text(rows, |e| &e.user),
            text(rows, |e| &e.role),
            text(rows, |e| &e.page_id),
            text(rows, |e| &e.url),
            text(rows, |e| &e.path),
            text(rows, |e| &e.referrer),
            of::<Int32Array, _, _>(rows, |e| e.status),
            of::<BooleanArray, _, _>(rows, |e| e.ok),
            of::<Float64Array, _, _>(rows, |e| e.duration_ms.filter(|v| v.is_finite())),
            of::<Int16Array, _, _>(rows, |e| e.duration_bucket),
            of::<Float64Array, _, _>(rows, |e| e.value.filter(|v| v.is_finite())),
            of::<Int16Array, _, _>(rows, |e| e.value_bucket),
            text(rows, |e| e.rating.map_or("", |r| r.name())),
            text(rows, |e| e.client_rating.map_or("", |r| r.name())),
            of::<Int32Array, _, _>(rows, |e| e.retries),
            of::<BooleanArray, _, _>(rows, |e| e.timed_out),
            text(rows, |e| &e.message),
            text(rows, |e| &e.stack),
            text(rows, |e| &e.file),
            of::<Int32Array, _, _>(rows, |e| e.line),
            of::<Int32Array, _, _>(rows, |e| e.column),
            text(rows, |e| &e.fingerprint),
            of::<BooleanArray, _, _>(rows, |e| e.fatal),
            text(rows, |e| &e.recording_id),
            text(rows, |e| &e.browser),
            text(rows, |e| &e.browser_version),
            text(rows, |e| &e.os),
            text(rows, |e| &e.os_version),
            text(rows, |e| &e.device),
            text(rows, |e| e.device_type.name()),
            text(rows, |e| &e.country),
            text(rows, |e| &e.ip_prefix),
            of::<BooleanArray, _, _>(rows, |e| Some(e.bot)),
            of::<Float64Array, _, _>(rows, |e| rate(e.sample_rate)),
            text(rows, |e| &e.flags),
            text(rows, |e| object(&e.props)),
            text(rows, |e| object(&e.extra)),
        ]
    }
}

impl Tabular for LogEntry {
    const TABLE: &str = "logs";

    fn columns(rows: &[LogEntry], first: i64) -> Vec<ArrayRef> {
        vec![
            of::<Int64Array, _, _>(rows, |l| l.project.0),
            numbered(rows, first),
            of::<Int64Array, _, _>(rows, |l| l.ts),
            of::<Int64Array, _, _>(rows, |l| l.received_at),
            of::<Int64Array, _, _>(rows, |l| l.client_ts),
            text(rows, |l| &l.id),
            text(rows, |l| &l.device),
            text(rows, |l| l.level.name()),
            text(rows, |l| &l.message),
            text(rows, |l| join_tags(&l.tags)),
            text(rows, |l| &l.app),
            text(rows, |l| &l.env),
            text(rows, |l| &l.release),
            text(rows, |l| &l.ip_prefix),
            text(rows, |l| object(&l.extra)),
        ]
    }
}

impl Tabular for RecordingRow {
    const TABLE: &str = "recordings";

    fn columns(rows: &[RecordingRow], first: i64) -> Vec<ArrayRef> {
        let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        vec![
            of::<Int64Array, _, _>(rows, |r| r.project.0),
            numbered(rows, first),
            of::<Int64Array, _, _>(rows, |r| r.ts),
            of::<Int64Array, _, _>(rows, |r| r.received_at),
            text(rows, |r| &r.recording_id),
            text(rows, |r| &r.event_id),
            text(rows, |r| &r.session),
            text(rows, |r| &r.user),
            text(rows, |r| &r.page_id),
            text(rows, |r| &r.url),
            of::<Int64Array, _, _>(rows, |r| r.first_ts),
            of::<Int64Array, _, _>(rows, |r| r.last_ts),
            of::<Int64Array, _, _>(rows, |r| i64::from(r.events)),
            of::<Int64Array, _, _>(rows, |r| size(r.raw_bytes)),
            of::<Int64Array, _, _>(rows, |r| size(r.stored_bytes)),
            text(rows, |r| &r.file),
        ]
    }
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

//! Devices as state: kept up with the lines and heartbeats that come in, and listed.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use duckdb::{Connection, params};
use model::{Heartbeat, LogEntry, Millis, ProjectId};

use super::lists::{MOST_PAGE, collect};
use super::{PurgePlan, Warehouse};
use crate::query::condition::search_text;
use crate::query::render::Sql;
use crate::query::{Page, QueryError};

const DEFAULT_PAGE: u32 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub device: String,
    pub online: bool,
    /// Empty when it never said.
    pub status: String,
    pub first_seen: Millis,
    pub last_seen: Millis,
    pub status_at: Option<Millis>,
}

/// A list of devices by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSearch {
    pub q: String,
    pub online: Option<bool>,
    pub limit: u32,
    pub cursor: Option<String>,
}

impl Default for DeviceSearch {
    fn default() -> Self {
        DeviceSearch { q: String::new(), online: None, limit: DEFAULT_PAGE, cursor: None }
    }
}

impl DeviceSearch {
    pub fn from_params(
        params: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, QueryError> {
        let mut search = DeviceSearch::default();
        for (name, value) in params.into_iter().filter(|(_, value)| !value.is_empty()) {
            match (name.as_str(), value.as_str()) {
                ("q", _) => search.q = value,
                ("cursor", _) => search.cursor = Some(value),
                ("state", "online") => search.online = Some(true),
                ("state", "offline") => search.online = Some(false),
                ("state", _) => return Err(QueryError::invalid(name, "is online or offline")),
                ("limit", text) => {
                    let limit = text.parse().ok().filter(|n| (1..=MOST_PAGE).contains(n));
                    let most = format!("must be 1 to {MOST_PAGE}");
                    search.limit = limit.ok_or_else(|| QueryError::invalid("limit", most))?;
                }
                _ => return Err(QueryError::invalid(name, "is not a parameter of this list")),
            }
        }
        Ok(search)
    }
}

impl Warehouse {
    /// A device is online while it was heard of after `silent_since`, unless the last it said was
    /// that it leaves.
    pub async fn devices(
        &self,
        project: ProjectId,
        search: DeviceSearch,
        silent_since: Millis,
    ) -> Result<Page<Device>, QueryError> {
        let text = search_text(&search.q)?;
        let after = search.cursor.as_deref().map(read_cursor).transpose()?;
        let mut sql = Sql::default();
        let (since, left) = (sql.int(silent_since), sql.text(Heartbeat::OFFLINE));
        let online = format!(
            "(last_seen > {since} AND NOT (lower(status) = {left} AND status_at >= last_seen))"
        );
        let mut rows = format!("project = {}", sql.int(project.0));
        if let Some(text) = text {
            rows.push_str(&format!(" AND {}", sql.search(&["device", "status"], &text)));
        }
        if let Some(wanted) = search.online {
            rows.push_str(&format!(" AND {online} = {wanted}"));
        }
        if let Some(after) = after {
            rows.push_str(&format!(" AND device > {}", sql.text(&after)));
        }
        let limit = search.limit as usize;
        sql.text = format!(
            "SELECT device, {online}, status, first_seen, last_seen, status_at FROM devices \
             WHERE {rows} ORDER BY device LIMIT {}",
            limit + 1
        );
        let mut items = self.read(move |db| collect(db, &sql, device)).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next = last.map(|last| URL_SAFE_NO_PAD.encode(&last.device));
        Ok(Page { items, next })
    }
}

fn device(row: &duckdb::Row<'_>) -> duckdb::Result<Device> {
    Ok(Device {
        device: row.get(0)?,
        online: row.get(1)?,
        status: row.get(2)?,
        first_seen: row.get(3)?,
        last_seen: row.get(4)?,
        status_at: row.get(5)?,
    })
}

fn read_cursor(text: &str) -> Result<String, QueryError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let device = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    device.ok_or_else(|| QueryError::invalid("cursor", "is not one that a page gave"))
}

/// What a step says about one device.
struct Touch<'a> {
    first: Millis,
    last: Millis,
    status: Option<(Millis, &'a str)>,
}

const STAGE: &str = "CREATE OR REPLACE TEMP TABLE touched AS SELECT * FROM devices LIMIT 0";

const UPDATE: &str = "
    UPDATE devices SET
        first_seen = least(devices.first_seen, t.first_seen),
        last_seen = greatest(devices.last_seen, t.last_seen),
        status = CASE WHEN t.status_at >= coalesce(devices.status_at, t.status_at)
            THEN t.status ELSE devices.status END,
        status_at = CASE WHEN t.status_at >= coalesce(devices.status_at, t.status_at)
            THEN t.status_at ELSE devices.status_at END
    FROM touched t WHERE devices.project = t.project AND devices.device = t.device";

const INSERT: &str = "
    INSERT INTO devices SELECT t.* FROM touched t WHERE NOT EXISTS (
        SELECT 1 FROM devices d WHERE d.project = t.project AND d.device = t.device)";

/// Brings the devices up to date with a step, each device once however often it speaks. A step
/// without lines and heartbeats costs nothing.
pub(super) fn touch(
    db: &Connection,
    heartbeats: &[Heartbeat],
    logs: &[LogEntry],
) -> duckdb::Result<()> {
    let mut touched: HashMap<(ProjectId, &str), Touch<'_>> = HashMap::new();
    let lines = logs.iter().map(|log| (log.project, &log.device, log.ts, None));
    let beats = heartbeats.iter().map(|h| (h.project, &h.device, h.ts, Some(h.status.as_str())));
    for (project, device, ts, status) in lines.chain(beats).filter(|(_, d, _, _)| !d.is_empty()) {
        let fresh = || Touch { first: ts, last: ts, status: None };
        let touch = touched.entry((project, device)).or_insert_with(fresh);
        touch.first = touch.first.min(ts);
        touch.last = touch.last.max(ts);
        if let Some(status) = status
            && touch.status.is_none_or(|(at, _)| at <= ts)
        {
            touch.status = Some((ts, status));
        }
    }
    if touched.is_empty() {
        return Ok(());
    }
    db.execute_batch(STAGE)?;
    let mut stage = db.appender("touched")?;
    for ((project, device), touch) in touched {
        let (at, status) = touch.status.map_or((None, ""), |(at, status)| (Some(at), status));
        stage.append_row(params![project.0, device, touch.first, touch.last, status, at])?;
    }
    stage.flush()?;
    drop(stage);
    db.execute(UPDATE, [])?;
    db.execute(INSERT, [])?;
    Ok(())
}

/// Devices that were last heard of in the time of the plan.
pub(super) fn purge(db: &Connection, plan: &PurgePlan) -> duckdb::Result<()> {
    let project = plan.project.unwrap_or(ProjectId::NONE).0;
    db.execute(
        "DELETE FROM devices WHERE last_seen >= ? AND last_seen < ? AND (? OR project = ?)",
        params![plan.from, plan.before, plan.project.is_none(), project],
    )?;
    Ok(())
}

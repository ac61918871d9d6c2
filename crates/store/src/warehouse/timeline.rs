use duckdb::Connection;
use model::{DeviceType, Event, Millis, ProjectId};
use serde::Serialize;

use super::lists::{by_text, collect};
use super::rows;
use crate::query::QueryError;

const MOST_ITEMS: u32 = 5_000;

/// One session from its first event on.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    pub summary: TimelineSummary,
    /// Oldest first.
    pub items: Vec<Event>,
    /// The session has more events than were asked for.
    pub truncated: bool,
}

/// Over the whole session, whatever was cut from its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineSummary {
    pub start: Millis,
    pub end: Millis,
    pub pages: u64,
    pub errors: u64,
    pub events: u64,
    pub user: String,
    pub device: String,
}

pub(super) fn timeline(
    db: &Connection,
    project: ProjectId,
    session: &str,
    limit: u32,
) -> Result<Option<Timeline>, QueryError> {
    if session.is_empty() {
        return Err(QueryError::invalid("session", "must not be empty"));
    }
    if !(1..=MOST_ITEMS).contains(&limit) {
        return Err(QueryError::invalid("limit", format!("must be 1 to {MOST_ITEMS}")));
    }
    let snapshot = db.unchecked_transaction()?;
    // The end of a page is an event of its kind too: both are one page.
    let summary = by_text(
        project,
        session,
        "SELECT coalesce(min(ts), 0), coalesce(max(ts), 0), \
         count(DISTINCT CASE WHEN kind = 'page' THEN page_id || ' ' || name END), \
         count(CASE WHEN kind = 'error' THEN 1 END), count(*), coalesce(max(user_id), '') \
         FROM events WHERE project = $1 AND session = $2"
            .to_owned(),
    );
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let summary = collect(&snapshot, &summary, |row| {
        Ok(TimelineSummary {
            start: row.get(0)?,
            end: row.get(1)?,
            pages: count(row.get(2)?),
            errors: count(row.get(3)?),
            events: count(row.get(4)?),
            user: row.get(5)?,
            device: String::new(),
        })
    })?;
    let Some(mut summary) = summary.into_iter().next().filter(|s| s.events > 0) else {
        return Ok(None);
    };
    let text = format!(
        "SELECT {} FROM events WHERE project = $1 AND session = $2 ORDER BY ts, rowseq LIMIT {limit}",
        rows::EVENT
    );
    let items = collect(&snapshot, &by_text(project, session, text), rows::event)?;
    summary.device = items.iter().map(device).find(|d| !d.is_empty()).unwrap_or_default();
    let truncated = summary.events > items.len() as u64;
    Ok(Some(Timeline { summary, items, truncated }))
}

fn device(event: &Event) -> String {
    let kind = match event.device_type {
        DeviceType::Unknown => "",
        known => known.name(),
    };
    let parts = [event.device.as_str(), event.browser.as_str(), event.os.as_str(), kind];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

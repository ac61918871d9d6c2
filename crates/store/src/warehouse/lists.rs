//! Lists, newest first, page by page.

use duckdb::{Connection, Row, params_from_iter};
use jiff::tz::TimeZone;
use model::{Event, LogEntry, Millis, ProjectId};

use super::cursor::Cursor;
use super::read::RecordingSummary;
use super::subject::own;
use super::{RecordingRow, rows};
use crate::query::condition::{Condition, Reading, search_text};
use crate::query::render::Sql;
use crate::query::{
    Bound, EventSearch, Filter, LogSearch, Page, QueryError, RecordingSearch, Source, When, when,
};

pub(super) const MOST_PAGE: u32 = 500;
/// An item becomes few rows, a session or a recording many; none more than this.
const MOST_PARTS: i64 = 2_000;

/// A search, checked.
pub(super) struct Listing {
    source: Source,
    project: ProjectId,
    from: Millis,
    to: Millis,
    after: Option<Cursor>,
    filter: Vec<Condition>,
    text: Option<String>,
    /// Only what belongs to this person.
    owner: Option<String>,
    limit: usize,
}

/// The common part of every search.
struct Asked<'a> {
    from: &'a When,
    to: Option<&'a When>,
    filter: &'a [Filter],
    q: &'a str,
    cursor: Option<&'a str>,
    limit: u32,
}

macro_rules! listing {
    ($name:ident, $search:ty, $source:expr) => {
        pub fn $name(
            project: ProjectId,
            search: &$search,
            now: Millis,
            most: u32,
        ) -> Result<Listing, QueryError> {
            let asked = Asked {
                from: &search.from,
                to: search.to.as_ref(),
                filter: &search.filter,
                q: &search.q,
                cursor: search.cursor.as_deref(),
                limit: search.limit,
            };
            Listing::new($source, project, asked, now, most)
        }
    };
}

impl Listing {
    listing!(of_events, EventSearch, Source::Events);
    listing!(of_logs, LogSearch, Source::Logs);
    listing!(of_recordings, RecordingSearch, Source::Recordings);

    fn new(
        source: Source,
        project: ProjectId,
        asked: Asked<'_>,
        now: Millis,
        most: u32,
    ) -> Result<Listing, QueryError> {
        let zone = TimeZone::UTC;
        let after = asked.cursor.map(Cursor::read).transpose()?;
        let from = after.map_or_else(|| asked.from.clone(), |cursor| When::Ms(cursor.from));
        let (from, to) = when::range(&from, asked.to, &zone, now)?;
        if !(1..=most).contains(&asked.limit) {
            return Err(QueryError::invalid("limit", format!("must be 1 to {most}")));
        }
        let reading = Reading { source, zone: &zone, now };
        Ok(Listing {
            source,
            project,
            from,
            to,
            after,
            filter: reading.conditions(asked.filter, "where")?,
            text: search_text(asked.q)?,
            owner: None,
            limit: asked.limit as usize,
        })
    }

    pub fn owned_by(mut self, user: Option<String>) -> Listing {
        self.owner = user;
        self
    }

    fn matching(&self, sql: &mut Sql) -> String {
        let project = sql.int(self.project.0);
        let mut rows = format!("project = {project} AND {}", sql.all(&self.filter));
        if let Some(text) = &self.text {
            rows.push_str(&format!(" AND {}", sql.search(self.source.searched(), text)));
        }
        if let Some(user) = &self.owner {
            let user = sql.text(user);
            rows.push_str(&format!(" AND {}", own(&project, &user)));
        }
        rows
    }

    /// Rows behind the cursor, by two columns that order them.
    fn behind(&self, sql: &mut Sql, ts: &str, rowseq: &str) -> String {
        let Some(after) = self.after else { return String::new() };
        let (at, row) = (sql.int(after.ts), sql.int(after.rowseq));
        format!(" AND {ts} <= {at} AND ({ts} < {at} OR {rowseq} < {row})")
    }

    fn page<T>(&self, mut items: Vec<(Millis, i64, T)>) -> Page<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = items.last().filter(|_| more);
        let next = last.map(|&(ts, rowseq, _)| Cursor { ts, rowseq, from: self.from }.write());
        Page { items: items.into_iter().map(|(_, _, item)| item).collect(), next }
    }

    fn select<T>(
        &self,
        db: &Connection,
        columns: &str,
        read: impl Fn(&Row<'_>) -> duckdb::Result<T>,
    ) -> Result<Page<T>, QueryError> {
        let mut sql = Sql::default();
        let (from, to) = (sql.int(self.from), sql.int(self.to));
        let matching = self.matching(&mut sql);
        let behind = self.behind(&mut sql, "ts", "rowseq");
        let table = self.source.table();
        sql.text = format!(
            "SELECT {columns} FROM {table} WHERE ts >= {from} AND ts < {to}{behind} AND {matching} \
             ORDER BY ts DESC, rowseq DESC LIMIT {}",
            self.limit + 1
        );
        let items = collect(db, &sql, |row| Ok((row.get(0)?, row.get(1)?, read(row)?)))?;
        Ok(self.page(items))
    }
}

pub(super) fn events(db: &Connection, listing: &Listing) -> Result<Page<Event>, QueryError> {
    listing.select(db, rows::EVENT, rows::event)
}

pub(super) fn logs(db: &Connection, listing: &Listing) -> Result<Page<LogEntry>, QueryError> {
    listing.select(db, rows::LOG, rows::log)
}

/// Recordings in the order their first segment came: that place never changes.
pub(super) fn recordings(
    db: &Connection,
    listing: &Listing,
) -> Result<Page<RecordingSummary>, QueryError> {
    let mut sql = Sql::default();
    let (from, to) = (sql.int(listing.from), sql.int(listing.to));
    let matching = listing.matching(&mut sql);
    let behind = listing.behind(&mut sql, "min(received_at)", "min(rowseq)");
    sql.text = format!(
        "SELECT min(received_at), min(rowseq), recording_id, max(session), max(user_id), max(url), \
         min(first_ts), max(last_ts), count(*), CAST(sum(events) AS BIGINT), \
         CAST(sum(stored_bytes) AS BIGINT) FROM recordings WHERE {matching} GROUP BY recording_id \
         HAVING max(last_ts) >= {from} AND min(first_ts) < {to}{behind} \
         ORDER BY 1 DESC, 2 DESC LIMIT {}",
        listing.limit + 1
    );
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let items = collect(db, &sql, |row| {
        let summary = RecordingSummary {
            recording_id: row.get(2)?,
            session: row.get(3)?,
            user: row.get(4)?,
            url: row.get(5)?,
            first_ts: row.get(6)?,
            last_ts: row.get(7)?,
            segments: count(row.get(8)?),
            events: count(row.get(9)?),
            bytes: count(row.get(10)?),
        };
        Ok((row.get(0)?, row.get(1)?, summary))
    })?;
    Ok(listing.page(items))
}

pub(super) fn event(
    db: &Connection,
    project: ProjectId,
    id: &str,
) -> Result<Vec<Event>, QueryError> {
    let text = format!(
        "SELECT {} FROM events WHERE project = $1 AND event_id = $2 ORDER BY ts, part, rowseq \
         LIMIT {MOST_PARTS}",
        rows::EVENT
    );
    collect(db, &by_text(project, id, text), rows::event)
}

pub(super) fn segments(
    db: &Connection,
    project: ProjectId,
    id: &str,
) -> Result<Vec<RecordingRow>, QueryError> {
    let text = format!(
        "SELECT {} FROM recordings WHERE project = $1 AND recording_id = $2 \
         ORDER BY first_ts, rowseq LIMIT {MOST_PARTS}",
        rows::RECORDING
    );
    collect(db, &by_text(project, id, text), rows::recording)
}

pub(super) fn by_text(project: ProjectId, value: &str, text: String) -> Sql {
    Sql { text, bound: vec![Bound::Int(project.0), Bound::Text(value.to_owned())] }
}

pub(super) fn collect<T>(
    db: &Connection,
    sql: &Sql,
    read: impl Fn(&Row<'_>) -> duckdb::Result<T>,
) -> Result<Vec<T>, QueryError> {
    let mut statement = db.prepare(&sql.text)?;
    let mut rows = statement.query(params_from_iter(&sql.bound))?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row)?);
    }
    Ok(items)
}

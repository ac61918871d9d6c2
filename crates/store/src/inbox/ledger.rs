//! The ledger: a count for every hour, project, source and reason.

use std::collections::BTreeMap;

use model::{LedgerRow, Millis, ProjectId, Reason, Source};
use rusqlite::{Connection, Transaction, params};

use super::LedgerQuery;
use super::refusals::Line;

pub(crate) fn add(db: &Transaction<'_>, line: Line, count: u64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO ledger (hour, project, source, reason, count) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?
    .execute(params![
        line.hour,
        line.project.0,
        line.source.name(),
        line.reason.name(),
        i64::try_from(count).unwrap_or(i64::MAX),
    ])?;
    Ok(())
}

/// Rows on disk and lines still in memory, as one.
pub(crate) fn read(
    db: &Connection,
    query: &LedgerQuery,
    unsettled: Vec<(Line, u64)>,
) -> rusqlite::Result<Vec<LedgerRow>> {
    let mut lines = BTreeMap::new();
    let mut statement = db.prepare_cached(
        "SELECT hour, project, source, reason, count FROM ledger
         WHERE hour >= ?1 AND hour < ?2 AND (?3 IS NULL OR project = ?3)",
    )?;
    let mut rows = statement.query(params![query.from, query.to, query.project.map(|p| p.0)])?;
    while let Some(row) = rows.next()? {
        let (source, reason): (String, String) = (row.get(2)?, row.get(3)?);
        let line = Line {
            hour: row.get(0)?,
            project: ProjectId(row.get(1)?),
            source: Source::parse(&source).ok_or_else(|| unknown(2, &source))?,
            reason: Reason::parse(&reason).ok_or_else(|| unknown(3, &reason))?,
        };
        lines.insert(line, row.get::<_, i64>(4)?.unsigned_abs());
    }
    for (line, count) in unsettled {
        let wanted = (query.from..query.to).contains(&line.hour)
            && query.project.is_none_or(|p| p == line.project);
        if wanted {
            *lines.entry(line).or_default() += count;
        }
    }
    Ok(lines.into_iter().map(|(line, count)| line.row(count)).collect())
}

fn unknown(column: usize, word: &str) -> rusqlite::Error {
    let problem = format!("the ledger does not know {word:?}").into();
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, problem)
}

/// Forgets a project's hours before a time.
pub(crate) fn purge(
    db: &Transaction<'_>,
    project: ProjectId,
    before: Millis,
) -> rusqlite::Result<usize> {
    db.execute("DELETE FROM ledger WHERE project = ?1 AND hour < ?2", [project.0, before])
}

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::bucket;
use rusqlite::{Connection, Row as SqlRow, params};
use serde_json::{Value, json};

use crate::data::{DAY_MS, Row, RowKind, WEEK_END, WEEK_START};
use crate::error::BenchError;
use crate::peers::table;

use super::questions::{Answer, PROJECT, word};
use super::worker::Answers;

const INDEXES: &str = "
    CREATE TABLE IF NOT EXISTS logs AS SELECT * FROM events WHERE false;
    CREATE INDEX IF NOT EXISTS by_time ON events (project, kind, ts);
    CREATE INDEX IF NOT EXISTS by_session ON events (project, session, ts);
    CREATE INDEX IF NOT EXISTS logs_by_time ON logs (project, ts);";

const HOURS: &str = "SELECT ts - ts % 3600000, kind, count(*) FROM events
    WHERE project = ? AND ts >= ? AND ts < ? GROUP BY 1, 2";
const VISITORS: &str = "SELECT ts - ts % 86400000, count(DISTINCT visitor) FROM events
    WHERE project = ? AND ts >= ? AND ts < ? AND visitor <> '' GROUP BY 1";
const BUCKETS: &str = "SELECT name, duration_bucket, count(*) FROM events
    WHERE project = ? AND ts >= ? AND ts < ? AND kind = 'api' GROUP BY 1, 2";
const ERRORS: &str = "SELECT message, count(*) AS n FROM events
    WHERE project = ? AND ts >= ? AND ts < ? AND kind = 'error' GROUP BY 1 ORDER BY n DESC LIMIT 20";
const SESSION: &str = "SELECT event_id FROM events WHERE project = ? AND session = ? ORDER BY ts";
const LOGS: &str = "SELECT event_id FROM logs WHERE project = ? AND ts >= ? AND ts < ?
    AND message LIKE ? ORDER BY ts DESC, rowid DESC LIMIT 100";

/// Runs as it stands on SQLite and on DuckDB.
pub const FUNNEL: &str = "
    WITH seen AS (
        SELECT visitor, min(ts) AS at FROM events
        WHERE project = ?1 AND kind = 'page' AND name LIKE '/catalogue/section-0/%' GROUP BY visitor
    ), bought AS (
        SELECT e.visitor, min(e.ts) AS at FROM events e JOIN seen s ON e.visitor = s.visitor
        WHERE e.project = ?1 AND e.kind = 'event' AND e.name = 'buy'
            AND e.ts > s.at AND e.ts <= s.at + 172800000 GROUP BY e.visitor
    ), served AS (
        SELECT e.visitor FROM events e JOIN bought b ON e.visitor = b.visitor
        WHERE e.project = ?1 AND e.kind = 'api' AND e.status = 200
            AND e.ts > b.at AND e.ts <= b.at + 172800000 GROUP BY e.visitor
    )
    SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM bought), (SELECT count(*) FROM served)";

pub struct Sqlite {
    db: Connection,
    path: PathBuf,
}

impl Sqlite {
    pub fn open(dir: &Path) -> Result<Self, BenchError> {
        let path = dir.join("events.db");
        Ok(Sqlite { db: table::open(&path, INDEXES)?, path })
    }

    /// Rows of a question about the whole week of the project.
    fn week<const N: usize>(&self, sql: &str) -> Result<Vec<[Value; N]>, BenchError> {
        let mut select = self.db.prepare_cached(sql)?;
        let rows = select.query_map(params![PROJECT, WEEK_START, WEEK_END], cells)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Percentiles from the same log-buckets that the product keeps.
    fn percentiles(&self) -> Result<Answer, BenchError> {
        let mut apis: BTreeMap<String, Vec<(i16, f64)>> = BTreeMap::new();
        for [name, bucket, n] in self.week::<3>(BUCKETS)? {
            let bucket = bucket.as_i64().and_then(|b| i16::try_from(b).ok());
            if let (Some(name), Some(bucket), Some(n)) = (name.as_str(), bucket, n.as_f64()) {
                apis.entry(name.to_owned()).or_default().push((bucket, n));
            }
        }
        let total = |histogram: &[(i16, f64)]| histogram.iter().map(|(_, n)| n).sum::<f64>();
        let mut apis: Vec<_> = apis.into_iter().collect();
        apis.sort_by(|a, b| total(&b.1).total_cmp(&total(&a.1)));
        let mut answer = Answer::default();
        for (name, mut histogram) in apis.into_iter().take(50) {
            histogram.sort_unstable_by_key(|&(bucket, _)| bucket);
            let q = |q| json!(bucket::quantile(&histogram, q));
            answer.push(&[json!(name), json!(total(&histogram)), q(0.5), q(0.95), q(0.99)]);
        }
        Ok(answer)
    }
}

fn cells<const N: usize>(row: &SqlRow<'_>) -> rusqlite::Result<[Value; N]> {
    let mut cells = [const { Value::Null }; N];
    for (i, cell) in cells.iter_mut().enumerate() {
        *cell = match row.get_ref(i)? {
            rusqlite::types::ValueRef::Integer(n) => json!(n),
            rusqlite::types::ValueRef::Real(n) => json!(n),
            rusqlite::types::ValueRef::Text(t) => json!(String::from_utf8_lossy(t)),
            _ => Value::Null,
        };
    }
    Ok(cells)
}

impl Answers for Sqlite {
    fn load(&mut self, rows: Vec<Row>) -> Result<(), BenchError> {
        let change = self.db.transaction()?;
        {
            let mut events = table::insert(&change, "events")?;
            let mut logs = table::insert(&change, "logs")?;
            for row in &rows {
                let into = if row.kind == RowKind::Log { &mut logs } else { &mut events };
                table::insert_row(into, row)?;
            }
        }
        Ok(change.commit()?)
    }

    fn seal(&mut self) -> Result<u64, BenchError> {
        self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE;")?;
        Ok(std::fs::metadata(&self.path)?.len())
    }

    fn ask(&mut self, id: &str, session: &str) -> Result<Answer, BenchError> {
        let mut answer = Answer::default();
        match id {
            "Q1" => self.week::<3>(HOURS)?.iter().for_each(|row| answer.push(row)),
            "Q2" => self.week::<2>(VISITORS)?.iter().for_each(|row| answer.push(row)),
            "Q3" => return self.percentiles(),
            "Q4" => self.week::<2>(ERRORS)?.iter().for_each(|row| answer.push(row)),
            "Q5" => {
                let mut select = self.db.prepare_cached(SESSION)?;
                let rows = select.query_map(params![PROJECT, session], cells::<1>)?;
                for row in rows {
                    answer.push(&row?);
                }
            }
            "Q7" => {
                let mut select = self.db.prepare_cached(FUNNEL)?;
                answer.push(&select.query_row([PROJECT], cells::<3>)?);
            }
            _ => {
                let mut select = self.db.prepare_cached(LOGS)?;
                let like = format!("%{}%", word(id));
                let rows =
                    select.query_map(params![PROJECT, WEEK_START, WEEK_END, like], cells::<1>)?;
                for row in rows {
                    answer.push(&row?);
                }
            }
        }
        Ok(answer)
    }
}

const _: () = assert!(DAY_MS == 86_400_000, "the statements have a day written out");

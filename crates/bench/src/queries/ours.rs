use std::path::{Path, PathBuf};

use model::ProjectId;
use serde_json::json;
use store::query::{LogSearch, Query, When};
use store::{ApplyBatch, Warehouse, WarehouseOptions};

use crate::data::{Row, RowKind, WEEK_END, WEEK_START};
use crate::error::BenchError;

use super::questions::{Answer, PROJECT, typed, word};
use super::sqlite::FUNNEL;
use super::worker::Answers;

pub const MEMORY: u64 = 512 << 20;
pub const THREADS: u32 = 2;

pub struct Ours {
    /// Gone once a question had to be asked of the file itself.
    warehouse: Option<Warehouse>,
    file: Option<duckdb::Connection>,
    runtime: tokio::runtime::Runtime,
    dir: PathBuf,
    seq: i64,
}

impl Ours {
    pub fn open(dir: &Path) -> Result<Self, BenchError> {
        let options =
            WarehouseOptions { dir: dir.to_owned(), memory_bytes: MEMORY, threads: THREADS };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let warehouse = Some(Warehouse::open(options)?);
        Ok(Ours { warehouse, file: None, runtime, dir: dir.to_owned(), seq: 0 })
    }

    fn warehouse(&self) -> Result<&Warehouse, BenchError> {
        self.warehouse.as_ref().ok_or(BenchError::NotReady { what: "the warehouse" })
    }

    /// The typed model has no funnel yet: asked of the same file in SQL, with the same limits.
    fn funnel(&mut self) -> Result<Answer, BenchError> {
        let failed = |e: duckdb::Error| BenchError::Failed { what: "Q7", problem: e.to_string() };
        if self.file.is_none() {
            self.warehouse = None;
            let db = duckdb::Connection::open(self.dir.join("warehouse.duckdb")).map_err(failed)?;
            db.execute_batch(&format!("SET memory_limit = '{MEMORY}B'; SET threads = {THREADS}"))
                .map_err(failed)?;
            self.file = Some(db);
        }
        let mut answer = Answer::default();
        if let Some(db) = &self.file {
            let steps = db
                .query_row(FUNNEL, [PROJECT], |row| {
                    Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?])
                })
                .map_err(failed)?;
            answer.push(&steps.map(|n| json!(n)));
        }
        Ok(answer)
    }
}

impl Answers for Ours {
    fn load(&mut self, rows: Vec<Row>) -> Result<(), BenchError> {
        let mut batch = ApplyBatch::default();
        for row in rows {
            if row.kind == RowKind::Log {
                batch.logs.push(row.into_log());
            } else {
                batch.events.push(row.into_event());
            }
        }
        self.seq += 1;
        Ok(self.warehouse()?.apply(self.seq, &batch)?)
    }

    fn seal(&mut self) -> Result<u64, BenchError> {
        self.warehouse()?.checkpoint()?;
        Ok(self.warehouse()?.stats()?.bytes)
    }

    fn ask(&mut self, id: &str, session: &str) -> Result<Answer, BenchError> {
        if id == "Q7" {
            return self.funnel();
        }
        let mut answer = Answer::default();
        let warehouse = self.warehouse()?;
        let project = ProjectId(PROJECT);
        match (typed(id), id) {
            (Some(query), _) => {
                let query = Query::parse(query)?;
                let table = self.runtime.block_on(warehouse.query(project, query, WEEK_END))?;
                table.rows.iter().for_each(|row| answer.push(row));
            }
            (None, "Q5") => {
                let timeline = warehouse.timeline(project, session, 1_000);
                let items = self.runtime.block_on(timeline)?.map(|t| t.items).unwrap_or_default();
                items.iter().for_each(|event| answer.push(&[json!(event.event_id)]));
            }
            _ => {
                let search = LogSearch {
                    from: When::Ms(WEEK_START),
                    to: Some(When::Ms(WEEK_END)),
                    q: word(id).to_owned(),
                    limit: 100,
                    ..LogSearch::default()
                };
                let page = self.runtime.block_on(warehouse.logs(project, search, WEEK_END))?;
                page.items.iter().for_each(|log| answer.push(&[json!(log.id)]));
            }
        }
        Ok(answer)
    }
}

use std::path::Path;

use model::{Event, Millis, ProjectId};
use serde_json::Value;
use store::query::{Query, QueryError, Table};
use store::warehouse::{ApplyBatch, ReadLimits, Warehouse, WarehouseOptions};

pub const PROJECT: ProjectId = ProjectId(1);
pub const NOW: Millis = 1_800_000_000_000;

pub fn options(dir: &Path) -> WarehouseOptions {
    WarehouseOptions { dir: dir.to_owned(), memory_bytes: 256 << 20, threads: 2 }
}

pub fn open(dir: &Path) -> Warehouse {
    Warehouse::open_with(options(dir), ReadLimits::default()).expect("opens")
}

pub fn holding(dir: &Path, events: Vec<Event>) -> Warehouse {
    let warehouse = open(dir);
    warehouse.apply(1, &ApplyBatch { events, ..ApplyBatch::default() }).expect("applies");
    warehouse
}

pub fn event(ts: Millis) -> Event {
    Event { project: PROJECT, ts, received_at: ts, sample_rate: 1.0, ..Event::default() }
}

pub async fn ask(warehouse: &Warehouse, query: Value) -> Result<Table, QueryError> {
    warehouse.query(PROJECT, Query::parse(query)?, NOW).await
}

//! What is taken in stays until it is purged: transactions, retention, limits, backup.

mod warehouse_common;

use std::time::Duration;

use model::{Event, Heartbeat, Kind, LogEntry, ProjectId, Signal};
use serde_json::json;
use store::query::{Query, QueryError};
use store::warehouse::{
    ApplyBatch, DeviceSearch, PurgePlan, ReadLimits, Warehouse, WarehouseOptions,
};
use warehouse_common::{NOW, PROJECT, ask, event, holding, open, options};

const DAY: i64 = 86_400_000;

fn batch(events: Vec<Event>) -> ApplyBatch {
    ApplyBatch { events, ..ApplyBatch::default() }
}

/// Rows with enough in them to take space.
fn bulky(n: i64, ts: i64) -> Vec<Event> {
    let one = |i: i64| Event {
        event_id: blake3::hash(&i.to_le_bytes()).to_hex().to_string(),
        message: blake3::hash(&(i + ts).to_le_bytes()).to_hex().to_string(),
        visitor: format!("{i}"),
        ..event(ts + i)
    };
    (0..n).map(one).collect()
}

#[tokio::test]
async fn a_sequence_is_applied_once_and_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let first = ApplyBatch {
        events: vec![event(NOW); 3],
        logs: vec![LogEntry::default(); 2],
        marks: vec![("a".into(), 7)],
        ..ApplyBatch::default()
    };
    let warehouse = open(dir.path());
    for seq in [5, 5, 4] {
        warehouse.apply(seq, &first).unwrap();
    }
    let marks =
        ApplyBatch { marks: vec![("a".into(), 8), ("b".into(), 1)], ..ApplyBatch::default() };
    warehouse.apply(6, &marks).unwrap();
    drop(warehouse);
    let warehouse = open(dir.path());
    assert_eq!(warehouse.applied_seq().unwrap(), 6);
    assert_eq!(warehouse.marks().unwrap(), [("a".to_owned(), 8), ("b".to_owned(), 1)]);
    let stats = warehouse.stats().unwrap();
    assert_eq!((stats.events, stats.logs), (3, 2));
}

#[tokio::test]
async fn an_abrupt_end_leaves_whole_batches() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    for seq in 1..=20 {
        warehouse.apply(seq, &batch(vec![event(NOW); 100])).unwrap();
        // What a killed process leaves behind: the file and its log, at any moment.
        if seq % 7 == 0 {
            let copy = tempfile::tempdir().unwrap();
            for file in ["warehouse.duckdb", "warehouse.duckdb.wal"] {
                std::fs::copy(dir.path().join(file), copy.path().join(file)).unwrap();
            }
            let found = open(copy.path());
            assert_eq!(found.applied_seq().unwrap(), seq);
            assert_eq!(found.stats().unwrap().events, 100 * seq as u64);
        }
    }
}

#[tokio::test]
async fn retention_goes_by_project_kind_and_time() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    let error = |ts| Event { kind: Kind::Error, ..event(ts) };
    let other = Event { project: model::ProjectId(2), ..event(NOW - 2 * DAY) };
    let rows = vec![event(NOW - 2 * DAY), error(NOW - 2 * DAY), event(NOW - DAY / 2), other];
    warehouse.apply(1, &batch(rows)).unwrap();
    let plan =
        PurgePlan { project: Some(PROJECT), signal: Signal::Event, from: 0, before: NOW - DAY };
    let rows = |plan: PurgePlan| warehouse.purge(&plan).unwrap().rows;
    assert_eq!(rows(plan), 1);
    assert_eq!(rows(plan), 0);
    assert_eq!(rows(PurgePlan { signal: Signal::Log, ..plan }), 0);
    assert_eq!(rows(PurgePlan { project: None, signal: Signal::Error, ..plan }), 1);
    assert_eq!(rows(PurgePlan { project: None, ..plan }), 1);
    assert_eq!(warehouse.stats().unwrap().events, 1);
}

#[tokio::test]
async fn a_device_is_one_row_of_its_project_until_it_is_purged() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    let other = ProjectId(2);
    let beat = |project, ts, status: &str| {
        let (device, status) = ("d".to_owned(), status.to_owned());
        Heartbeat { project, device, status, ts, received_at: NOW }
    };
    let line = |ts| LogEntry { project: PROJECT, device: "d".into(), ts, ..LogEntry::default() };
    let steps = [
        ApplyBatch { logs: vec![line(NOW - 30), line(NOW - 10)], ..ApplyBatch::default() },
        ApplyBatch {
            heartbeats: vec![
                beat(PROJECT, NOW - 20, "second"),
                beat(PROJECT, NOW - 40, "first"),
                beat(other, NOW - DAY, "elsewhere"),
            ],
            ..ApplyBatch::default()
        },
        batch(vec![event(NOW)]),
    ];
    for (seq, step) in (1..).zip(&steps) {
        warehouse.apply(seq, step).unwrap();
        warehouse.apply(seq, step).unwrap();
    }
    let row = async |project| {
        let page = warehouse.devices(project, DeviceSearch::default(), 0).await.unwrap();
        let of = |d: &store::warehouse::Device| {
            (d.first_seen, d.last_seen, d.status.clone(), d.status_at)
        };
        page.items.iter().map(of).collect::<Vec<_>>()
    };
    let here = vec![(NOW - 40, NOW - 10, "second".to_owned(), Some(NOW - 20))];
    assert_eq!(row(PROJECT).await, here);
    let there = (NOW - DAY, NOW - DAY, "elsewhere".to_owned(), Some(NOW - DAY));
    assert_eq!(row(other).await, [there]);

    let plan = PurgePlan { project: None, signal: Signal::Log, from: 0, before: NOW - DAY / 2 };
    warehouse.purge(&plan).unwrap();
    assert_eq!((row(other).await, row(PROJECT).await), (Vec::new(), here));
    warehouse.purge(&PurgePlan { project: Some(PROJECT), before: i64::MAX, ..plan }).unwrap();
    assert_eq!(row(PROJECT).await, []);
}

#[tokio::test]
async fn purged_space_is_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    let logs = |cycle: i64| {
        let one = |i: i64| LogEntry {
            project: PROJECT,
            ts: NOW + cycle * DAY + i,
            message: blake3::hash(&(i * cycle).to_le_bytes()).to_hex().to_string(),
            ..LogEntry::default()
        };
        (0..20_000).map(one).collect::<Vec<_>>()
    };
    let mut sizes = Vec::new();
    for cycle in 1..=4 {
        for part in 0..3 {
            let batch = ApplyBatch { logs: logs(cycle), ..ApplyBatch::default() };
            warehouse.apply(cycle * 10 + part, &batch).unwrap();
        }
        warehouse.checkpoint().unwrap();
        sizes.push(warehouse.stats().unwrap().bytes);
        let before = NOW + cycle * DAY + DAY / 2;
        let plan = PurgePlan { project: Some(PROJECT), signal: Signal::Log, from: 0, before };
        assert_eq!(warehouse.purge(&plan).unwrap().rows, 60_000);
        warehouse.checkpoint().unwrap();
    }
    let stats = warehouse.stats().unwrap();
    assert!(stats.bytes - stats.free_bytes < sizes[0] / 5, "{stats:?} {sizes:?}");
    // At most one generation more than is alive, and no growth from then on.
    assert!(sizes[3] <= sizes[0] * 5 / 2 && sizes[3] <= sizes[1] * 11 / 10, "{sizes:?}");
}

/// Errors live longer than the events they came among: what is left must not hold their space.
#[tokio::test]
async fn what_a_deletion_leaves_is_moved_together() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    let one = |i: i64| Event {
        kind: if i % 20 == 0 { Kind::Error } else { Kind::Event },
        event_id: blake3::hash(&i.to_le_bytes()).to_hex().to_string(),
        ..event(NOW + i)
    };
    for part in 0..4 {
        let rows = (0..10_000).map(|i| one(part * 10_000 + i)).collect();
        warehouse.apply(part + 1, &batch(rows)).unwrap();
        warehouse.checkpoint().unwrap();
    }
    let used = || warehouse.stats().map(|s| s.bytes - s.free_bytes).unwrap();
    let full = used();
    let plan = PurgePlan { project: None, signal: Signal::Event, from: 0, before: NOW + DAY };
    assert_eq!(warehouse.purge(&plan).unwrap().rows, 38_000);
    warehouse.checkpoint().unwrap();
    assert!(used() < full / 2, "{} of {full} bytes", used());
}

#[tokio::test]
async fn a_backup_is_a_warehouse_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = holding(dir.path(), vec![event(NOW); 50]);
    let to = dir.path().join("it's a copy");
    for _ in 0..2 {
        warehouse.backup(&to).unwrap();
    }
    warehouse.apply(2, &batch(vec![event(NOW); 50])).unwrap();
    let copy = open(&to);
    assert_eq!((copy.applied_seq().unwrap(), copy.stats().unwrap().events), (1, 50));
    copy.apply(2, &batch(vec![event(NOW)])).unwrap();
}

#[tokio::test]
async fn long_questions_end_and_crowds_wait() {
    let dir = tempfile::tempdir().unwrap();
    let limits = ReadLimits {
        connections: 1,
        wait: Duration::from_millis(200),
        deadline: Duration::from_millis(1),
    };
    let warehouse = Warehouse::open_with(options(dir.path()), limits).unwrap();
    warehouse.apply(1, &batch(bulky(100_000, NOW - DAY))).unwrap();
    let slow = json!({"dataset": "events", "from": "-7d", "groupBy": ["message", "visitor"],
        "measures": [{"as": "n", "fn": "uniques", "field": "eventId"}]});
    assert_eq!(ask(&warehouse, slow.clone()).await, Err(QueryError::Timeout));
    // The connection is fine afterwards, and two at once do not fit.
    assert_eq!(ask(&warehouse, slow).await, Err(QueryError::Timeout));
    drop(warehouse);
    let limits = ReadLimits {
        connections: 1,
        wait: Duration::from_millis(1),
        deadline: Duration::from_secs(60),
    };
    let warehouse = Warehouse::open_with(options(dir.path()), limits).unwrap();
    let query = Query::parse(json!({"dataset": "events", "from": "-7d", "groupBy": ["message"],
        "measures": [{"as": "n", "fn": "uniques", "field": "eventId"}]}))
    .unwrap();
    let (a, b) = tokio::join!(
        warehouse.query(PROJECT, query.clone(), NOW),
        warehouse.query(PROJECT, query, NOW)
    );
    assert!(a.is_ok() && b == Err(QueryError::Busy));
}

#[tokio::test]
async fn a_large_question_stays_within_its_memory() {
    let dir = tempfile::tempdir().unwrap();
    let options = WarehouseOptions { memory_bytes: 128 << 20, ..options(dir.path()) };
    let warehouse = Warehouse::open(options).unwrap();
    let one = |i: i64| LogEntry {
        project: PROJECT,
        ts: NOW - DAY + i,
        id: format!("{i}"),
        message: blake3::hash(&i.to_le_bytes()).to_hex().repeat(12),
        ..LogEntry::default()
    };
    for seq in 1..=5 {
        let logs = (seq * 20_000..(seq + 1) * 20_000).map(one).collect();
        warehouse.apply(seq, &ApplyBatch { logs, ..ApplyBatch::default() }).unwrap();
    }
    // 100 000 groups of 770 bytes, and as many distinct values.
    let answer = ask(
        &warehouse,
        json!({"dataset": "logs", "from": "-7d", "groupBy": ["message"], "limit": 10,
            "measures": [{"as": "n", "fn": "uniques", "field": "id"}]}),
    );
    match answer.await {
        Ok(table) => assert!(table.meta.truncated && table.rows.len() == 10),
        Err(error) => assert_eq!(error, QueryError::Memory),
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|l| l.trim().strip_suffix(" kB")).and_then(|l| l.parse::<u64>().ok());
    assert!(peak.is_none_or(|kib| kib < 400 << 10), "{peak:?}");
    // It still works.
    let count = json!({"dataset": "logs", "from": "-7d", "measures": [{"as": "n", "fn": "count"}]});
    assert_eq!(ask(&warehouse, count).await.unwrap().rows, [[100_000]]);
}

//! What is taken in stays: transactions, sequences, retention, backup.

use model::{Event, LogEntry};
use store::warehouse::{ApplyBatch, Warehouse, WarehouseOptions};

fn open(dir: &std::path::Path) -> Warehouse {
    let options = WarehouseOptions { dir: dir.to_owned(), memory_bytes: 256 << 20, threads: 2 };
    Warehouse::open(options).expect("opens")
}

#[test]
fn a_sequence_is_applied_once_and_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let batch = ApplyBatch {
        events: vec![Event { sample_rate: 1.0, ..Event::default() }; 3],
        logs: vec![LogEntry::default(); 2],
        marks: vec![("a".into(), 7)],
        ..ApplyBatch::default()
    };
    let warehouse = open(dir.path());
    warehouse.apply(5, &batch).unwrap();
    warehouse.apply(5, &batch).unwrap();
    warehouse.apply(4, &batch).unwrap();
    drop(warehouse);
    let warehouse = open(dir.path());
    assert_eq!(warehouse.applied_seq().unwrap(), 5);
    assert_eq!(warehouse.marks().unwrap(), [("a".to_owned(), 7)]);
    let stats = warehouse.stats().unwrap();
    assert_eq!((stats.events, stats.logs), (3, 2));
    warehouse.backup(&dir.path().join("copy")).unwrap();
    let copy = open(&dir.path().join("copy"));
    assert_eq!(copy.stats().unwrap().events, 3);
}

//! What the tests of the whole store share.

use std::path::Path;
use std::sync::Arc;

use model::{
    Event, Kind, LedgerRow, LogEntry, ManualClock, Millis, ProjectId, Recording, Signal, Source,
    Stored,
};
use store::{
    DedupeKey, DiskOptions, Item, LedgerQuery, MasterKey, Store, StoreOptions, Submission, encode,
};

pub const NOW: Millis = 1_790_000_000_000;
pub const PROJECT: ProjectId = ProjectId(1);

pub fn options(dir: &Path) -> StoreOptions {
    let key = MasterKey::from_hex(&"5b".repeat(32)).expect("key");
    StoreOptions {
        warehouse_memory_bytes: 128 << 20,
        warehouse_threads: 1,
        // However full the machine's own disk is.
        disk: DiskOptions { max_bytes: 1 << 30, ..DiskOptions::default() },
        ..StoreOptions::new(dir, key)
    }
}

pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(NOW))
}

pub fn open(dir: &Path) -> Store {
    Store::open(options(dir), clock()).expect("open")
}

pub fn item(id: &str, signal: Signal, stored: &Stored) -> Item {
    let payload = encode(stored);
    Item { key: DedupeKey::new(PROJECT, id, &payload), signal, payload }
}

pub fn event(id: &str, ts: Millis) -> Item {
    let event = Event {
        project: PROJECT,
        event_id: id.into(),
        name: "seen".into(),
        ts,
        received_at: NOW,
        sample_rate: 1.0,
        ..Event::default()
    };
    item(id, Signal::Event, &Stored::Events(vec![event]))
}

pub fn log(id: &str, ts: Millis) -> Item {
    let message = format!("message {id}");
    let log = LogEntry { project: PROJECT, id: id.into(), ts, message, ..LogEntry::default() };
    item(id, Signal::Log, &Stored::Log(log))
}

pub fn segment(id: &str, ts: Millis) -> Item {
    let segment = Recording {
        project: PROJECT,
        recording_id: format!("recording {id}"),
        event_id: id.into(),
        ts,
        segment: id.as_bytes().repeat(100),
        ..Recording::default()
    };
    let event = Event {
        project: PROJECT,
        event_id: id.into(),
        kind: Kind::Recording,
        ts,
        ..Event::default()
    };
    item(id, Signal::Recording, &Stored::Recording(segment, Box::new(event)))
}

pub fn submission(items: Vec<Item>) -> Submission {
    Submission { project: PROJECT, source: Source::Native, items, refused: Vec::new() }
}

pub fn ledger(store: &Store) -> Vec<LedgerRow> {
    let all = LedgerQuery { project: None, from: 0, to: Millis::MAX };
    store.inbox.ledger(&all).expect("ledger")
}

/// Rows of the log files of the project.
pub fn log_lines(dir: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(dir.join("logs").join(PROJECT.to_string())) else {
        return Vec::new();
    };
    let text = |path| std::fs::read_to_string(path).expect("text");
    let texts = files.map(|entry| text(entry.expect("entry").path()));
    texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

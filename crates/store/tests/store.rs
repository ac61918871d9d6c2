//! The store as its callers see it: in one end, out of the other, and closed in between.

mod common;

use common::{NOW, PROJECT, clock, event, ledger, log, log_lines, open, options, segment};
use model::settings::Retention;
use model::{LedgerTotals, Pressure, Reason, Source};
use store::{OpenError, Retired, Store, SubmitError};

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn what_is_acknowledged_can_be_asked_for_and_survives_closing() {
    let dir = tempfile::tempdir().expect("dir");
    let store = open(dir.path());
    let items = vec![event("e", NOW), log("l", NOW), segment("s", NOW)];
    let receipt = store.inbox.submit(common::submission(items.clone())).await.expect("stored");
    assert_eq!(receipt.reasons, [Reason::Stored; 3]);
    assert!(store.flush());
    let status = store.status();
    let warehouse = status.warehouse.expect("counts");
    assert_eq!((warehouse.events, warehouse.logs, warehouse.recording_segments), (2, 1, 1));
    assert_eq!((status.inbox.items, status.pressure), (0, Pressure::None));
    assert_eq!(status.recordings.bytes, 100);
    assert!(status.disk.total_bytes > 0 && status.mover.degraded.is_none());
    assert_eq!(log_lines(dir.path()).len(), 1);

    let second = Store::open(options(dir.path()), clock()).map(|_| ());
    assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");

    store.inbox.refuse(PROJECT, Source::Logs, Reason::Rate, 2);
    store.shutdown().await;
    let late = store.inbox.submit(common::submission(vec![event("late", NOW)])).await;
    assert_eq!(late, Err(SubmitError::Closed));
    drop(store);

    let store = open(dir.path());
    let receipt = store.inbox.submit(common::submission(items)).await.expect("known");
    assert_eq!(receipt.reasons, [Reason::SameId; 3]);
    assert!(store.flush());
    assert_eq!(store.status().warehouse.expect("counts").events, 2);
    let totals: LedgerTotals = ledger(&store).iter().collect();
    assert_eq!((totals.accepted, totals.duplicate, totals.limited), (3, 3, 2));
}

#[tokio::test]
async fn retention_takes_rows_files_and_ledger_by_project() {
    let dir = tempfile::tempdir().expect("dir");
    let store = open(dir.path());
    let mut items = Vec::new();
    for (age, name) in [(40, "old"), (8, "week"), (0, "new")] {
        let ts = NOW - age * DAY;
        items.push(event(&format!("e-{name}"), ts));
        items.push(log(&format!("l-{name}"), ts));
        items.push(segment(&format!("s-{name}"), ts));
    }
    store.inbox.submit(common::submission(items)).await.expect("stored");
    assert!(store.flush());
    let retired = store.retain([(PROJECT, Retention::default())]).expect("retired");
    // An event and a log of 40 days, segments of 40 and 8 with the events that announced them.
    assert_eq!(retired, Retired { rows: 6, recording_files: 2, ledger_rows: 0 });
    let left = store.status().warehouse.expect("counts");
    assert_eq!((left.events, left.logs, left.recording_segments), (3, 2, 1));
    assert_eq!(store.status().recordings.bytes, 500);
    let again = store.retain([(PROJECT, Retention::default())]).expect("retired");
    assert_eq!(again, Retired::default());
}

//! A backup taken under load is whole, damage to it is noticed, and what it restores answers
//! like the original.

mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{NOW, clock, event, ledger, log, log_lines, open, options, segment, submission};
use model::{LedgerTotals, Reason};
use store::Store;
use store::backup::{BackupError, restore, verify};

/// Submits until told to stop; returns how many items were acknowledged.
async fn flood(store: Store, stop: Arc<AtomicBool>) -> u64 {
    let mut items = 0;
    while !stop.load(Ordering::Acquire) {
        let id = format!("flood-{items}");
        let batch = vec![event(&format!("{id}-e"), NOW), log(&format!("{id}-l"), NOW)];
        items += batch.len() as u64;
        store.inbox.submit(submission(batch)).await.expect("stored");
    }
    items
}

fn rows(store: &Store) -> (u64, u64, u64) {
    let stats = store.status().warehouse.expect("counts");
    (stats.events, stats.logs, stats.recording_segments)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_restores_to_a_store_that_adds_up() {
    let (dir, backups) = (tempfile::tempdir().expect("dir"), tempfile::tempdir().expect("dir"));
    let store = open(dir.path());
    let first = vec![event("e", NOW), log("l", NOW), segment("s", NOW)];
    store.inbox.submit(submission(first.clone())).await.expect("stored");
    assert!(store.flush());
    let stop = Arc::<AtomicBool>::default();
    let flood = tokio::spawn(flood(store.clone(), Arc::clone(&stop)));
    let backup = tokio::task::block_in_place(|| store.backup(backups.path())).expect("backup");
    stop.store(true, Ordering::Release);
    let flooded = flood.await.expect("flood");
    assert!(flooded > 0);
    let again = store.backup(backups.path());
    assert!(matches!(again, Err(BackupError::Exists(_))), "the clock stands still");

    let counts = verify(&backup.dir).expect("whole").counts;
    assert!(counts.ledger_items >= 3 && counts.recording_segments == 1);
    assert!(!backup.dir.join("master.key").exists() && backup.manifest.master_key.contains("not"));

    let target = dir.path().join("restored");
    let into = target.join("data");
    std::fs::create_dir(&target).expect("created");
    restore(&backup.dir, &into).expect("restored");
    let copy = Store::open(options(&into), clock()).expect("opens");
    assert!(copy.flush());
    // Each of the ledger's items is there, whether the warehouse or the inbox held it.
    let (events, logs, _) = rows(&copy);
    let totals: LedgerTotals = ledger(&copy).iter().collect();
    assert_eq!(events + logs, totals.accepted);
    assert_eq!(counts.ledger_items, totals.received);
    assert_eq!(log_lines(&into).len() as u64, logs);
    let receipt = copy.inbox.submit(submission(first)).await.expect("answered");
    assert_eq!(receipt.reasons, [Reason::SameId; 3]);
    copy.shutdown().await;
    store.shutdown().await;
}

#[tokio::test]
async fn damage_is_noticed_and_nothing_is_overwritten() {
    let (dir, backups) = (tempfile::tempdir().expect("dir"), tempfile::tempdir().expect("dir"));
    let store = open(dir.path());
    let items = vec![event("e", NOW), log("l", NOW), segment("s", NOW)];
    store.inbox.submit(submission(items)).await.expect("stored");
    assert!(store.flush());
    let before = rows(&store);
    let backup = store.backup(backups.path()).expect("backup");
    store.shutdown().await;

    let occupied = restore(&backup.dir, dir.path());
    assert!(matches!(occupied, Err(BackupError::NotEmpty(_))));

    let damage = |file: &str, change: &dyn Fn(&Path)| {
        let path = backup.dir.join(file);
        let bytes = std::fs::read(&path).ok();
        change(&path);
        let found = verify(&backup.dir).map(|_| ());
        let into = backups.path().join("never");
        assert!(matches!(found, Err(BackupError::Damaged(_))), "{file}: {found:?}");
        restore(&backup.dir, &into).expect_err("not restored");
        assert!(!into.exists());
        match bytes {
            Some(bytes) => std::fs::write(&path, bytes).expect("mended"),
            None => std::fs::remove_file(&path).expect("mended"),
        }
    };
    for file in &backup.manifest.files {
        damage(&file.path, &|path| {
            let mut bytes = std::fs::read(path).expect("read");
            match bytes.last_mut() {
                Some(last) => *last ^= 1,
                None => bytes.push(0),
            }
            std::fs::write(path, bytes).expect("written");
        });
    }
    damage("inbox.db", &|path| std::fs::remove_file(path).expect("removed"));
    damage("intruder", &|path| std::fs::write(path, "x").expect("written"));

    verify(&backup.dir).expect("mended");
    let into = backups.path().join("restored");
    restore(&backup.dir, &into).expect("restored");
    let copy = Store::open(options(&into), clock()).expect("opens");
    assert_eq!(rows(&copy), before);
    copy.shutdown().await;
}

//! The central promise: whatever dies when, what was acknowledged is in the warehouse exactly
//! once, and the ledger says the same.
//!
//! The test starts itself again as a child that submits and prints its acknowledgements, and
//! kills that child without warning, over and over, on one data directory.

#[expect(dead_code, reason = "a killed child opens its store by itself")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use common::{NOW, PROJECT, event, ledger, log, log_lines, options, segment, submission};
use model::{Reason, SystemClock};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{Item, Store, Submission};

const ROUNDS: u32 = 22;
const TASKS: u32 = 4;
/// Items of every submission, beside one that it says it refused.
const ITEMS: u64 = 5;

/// The same for the same name, so that a retry is byte by byte what it repeats.
fn named(name: &str) -> Submission {
    let id = |n| format!("{name}-{n}");
    // Segments cost a file each; a quarter of the submissions is enough of them.
    let last = if name.ends_with(['0', '4', '8']) { segment } else { event };
    let items: Vec<Item> = vec![
        event(&id(0), NOW),
        event(&id(1), NOW),
        event(&id(2), NOW),
        log(&id(3), NOW),
        last(&id(4), NOW),
    ];
    Submission { refused: vec![(Reason::Schema, 1)], ..submission(items) }
}

async fn submit(store: &Store, name: &str) {
    store.inbox.submit(named(name)).await.expect("acknowledged");
    writeln!(std::io::stdout().lock(), "\nack {name}").expect("parent listens");
}

#[test]
#[ignore = "the child of the crash test"]
fn child() {
    let mut lines = std::io::stdin().lines().map(|line| line.expect("from the parent"));
    let (dir, round) = (lines.next().expect("directory"), lines.next().expect("round"));
    let round: u32 = round.parse().expect("number");
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(async {
        let store = Store::open(options(Path::new(&dir)), Arc::new(SystemClock)).expect("open");
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let store = store.clone();
                tokio::spawn(async move {
                    // What the last round may or may not have got through.
                    for n in 0..3 {
                        submit(&store, &format!("{}-{task}-{n}", round.saturating_sub(1))).await;
                    }
                    for n in 0.. {
                        let name = format!("{round}-{task}-{n}");
                        submit(&store, &name).await;
                        if n % 3 == 0 {
                            submit(&store, &name).await;
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("runs until killed");
        }
    });
}

fn start(dir: &Path, round: u32) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("child");
    let mut stdin = child.stdin.take().expect("piped");
    writeln!(stdin, "{}\n{round}", dir.display()).expect("child listens");
    child
}

/// Lets a child run for a while and kills it; returns what it acknowledged until then.
fn round(dir: &Path, round: u32, random: &mut StdRng) -> BTreeSet<String> {
    let mut child = start(dir, round);
    let acks = BufReader::new(child.stdout.take().expect("piped")).lines();
    let acks = acks.map_while(|line| {
        line.ok()?.strip_prefix("ack ").map(str::to_owned).or(Some(String::new()))
    });
    let mut acks = acks.filter(|line| !line.is_empty());
    let mut acknowledged = BTreeSet::new();
    if round % 6 == 5 {
        // While it opens, or just after.
        std::thread::sleep(std::time::Duration::from_millis(random.random_range(1..200)));
    } else {
        let until = if round == 0 { 1 } else { random.random_range(1..400) };
        acknowledged.extend(acks.by_ref().take(until));
        assert!(!acknowledged.is_empty(), "the child submitted something");
        std::thread::sleep(std::time::Duration::from_micros(random.random_range(0..20_000)));
    }
    child.kill().expect("killed");
    // What it had printed before the end counts as well.
    acknowledged.extend(acks);
    child.wait().expect("gone");
    acknowledged
}

/// How often each id is in a table.
fn ids(db: &duckdb::Connection, table: &str, column: &str) -> BTreeMap<String, u64> {
    let sql = format!("SELECT {column}, count(*) FROM {table} GROUP BY ALL");
    let mut rows = db.prepare(&sql).expect("prepared");
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.map(|row| row.expect("row")).collect()
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let dir = tempfile::tempdir().expect("dir");
    let mut random = StdRng::seed_from_u64(7);
    let mut acknowledged = BTreeSet::new();
    for n in 0..ROUNDS {
        acknowledged.extend(round(dir.path(), n, &mut random));
    }
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let ledger = runtime.block_on(async {
        let store = Store::open(options(dir.path()), Arc::new(SystemClock)).expect("open");
        assert!(store.flush(), "everything moved: {:?}", store.status());
        let ledger = ledger(&store);
        let files = store.recordings.status();
        assert_eq!(files.evicted_bytes, 0);
        store.shutdown().await;
        ledger
    });

    let warehouse = dir.path().join("warehouse/warehouse.duckdb");
    let db = duckdb::Connection::open(warehouse).expect("warehouse");
    let mut found = ids(&db, "events", "event_id");
    let logs = ids(&db, "logs", "id");
    let segments = ids(&db, "recordings", "event_id");
    let lines = log_lines(dir.path());
    assert_eq!(lines.len(), logs.len(), "log files and warehouse agree");
    assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len());
    found.extend(logs);
    for (id, times) in &segments {
        assert_eq!(found.get(id), Some(times), "a segment and the event that says so");
    }
    for file in ids(&db, "recordings", "file").keys() {
        assert!(dir.path().join("recordings").join(file).is_file(), "{file}");
    }

    assert!(acknowledged.len() > 200, "only {} submissions", acknowledged.len());
    for name in &acknowledged {
        for n in 0..ITEMS {
            let id = format!("{name}-{n}");
            assert_eq!(found.get(&id), Some(&1), "{id} was acknowledged");
        }
    }
    let twice: Vec<_> = found.iter().filter(|(_, times)| **times != 1).collect();
    assert_eq!(twice, [], "stored more than once");

    let mut counts: BTreeMap<Reason, u64> = BTreeMap::new();
    for row in ledger {
        assert_eq!(row.project, PROJECT);
        *counts.entry(row.reason).or_default() += row.count;
    }
    assert_eq!(counts[&Reason::Stored], found.len() as u64);
    // Every submission is in the ledger whole or not at all.
    let submissions = counts[&Reason::Schema];
    assert_eq!(counts[&Reason::Stored] + counts[&Reason::SameId], ITEMS * submissions);
    assert_eq!(counts.keys().count(), 3, "{counts:?}");
}

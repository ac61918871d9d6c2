use std::collections::HashMap;
use std::sync::mpsc;

use model::{LedgerRow, LedgerTotals, ManualClock, Outcome, ProjectId, Signal, Source};

use super::*;

const NOW: i64 = 1_700_000_000_000;

struct Bench {
    dir: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("dir");
        Bench { dir, clock: Arc::new(ManualClock::at(NOW)) }
    }

    fn options(&self) -> InboxOptions {
        InboxOptions {
            dir: self.dir.path().to_owned(),
            queue_bytes: 1 << 20,
            backlog_bytes: 1 << 30,
            applied_seq: 0,
        }
    }

    fn open(&self, change: impl FnOnce(&mut InboxOptions)) -> Inbox {
        let mut options = self.options();
        change(&mut options);
        Inbox::open(options, Arc::clone(&self.clock) as Arc<dyn Clock>).expect("open")
    }
}

fn item(id: &str, body: &str) -> Item {
    let key = DedupeKey::new(ProjectId(1), id, body.as_bytes());
    Item { key, signal: Signal::Event, payload: format!("{id}={body}").into_bytes() }
}

fn submission(items: Vec<Item>) -> Submission {
    Submission { project: ProjectId(1), source: Source::Native, items, refused: Vec::new() }
}

fn ledger(inbox: &Inbox) -> Vec<LedgerRow> {
    let all = LedgerQuery { project: None, from: 0, to: i64::MAX };
    inbox.ledger(&all).expect("ledger")
}

fn counts(inbox: &Inbox) -> HashMap<Reason, u64> {
    ledger(inbox).into_iter().map(|row| (row.reason, row.count)).collect()
}

fn stored(inbox: &Inbox) -> Vec<Vec<u8>> {
    let batches = inbox.batches().expect("reader").after(0, u64::MAX, usize::MAX).expect("read");
    batches
        .iter()
        .flat_map(|b| frames(&b.frames).map(|f| f.expect("whole").to_vec()).collect::<Vec<_>>())
        .collect()
}

/// Keeps the writer busy until told to go on.
fn hold(inbox: &Inbox) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (entered, holding) = mpsc::channel();
    let shared = Arc::clone(inbox.shared());
    std::thread::spawn(move || {
        shared.chore(move |_| {
            entered.send(()).expect("test waits");
            let _ = released.recv();
            Ok(())
        })
    });
    holding.recv().expect("writer holds");
    release
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_submitters_share_commits_and_each_gets_its_own_answer() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    let release = hold(&inbox);
    let submitters: Vec<_> = (0..64)
        .map(|n| {
            let inbox = inbox.clone();
            tokio::spawn(async move {
                let items = (0..10).map(|i| item(&format!("{n}/{i}"), "x")).collect();
                inbox.submit(submission(items)).await
            })
        })
        .collect();
    release.send(()).expect("writer holds");
    for submitter in submitters {
        let receipt = submitter.await.expect("joined").expect("stored");
        assert_eq!(receipt.reasons, [Reason::Stored; 10]);
    }
    assert!(inbox.backlog().committed_seq < 64, "commits were shared");
    assert_eq!(inbox.backlog().items, 640);
    let mut stored = stored(&inbox);
    stored.sort();
    stored.dedup();
    assert_eq!(stored.len(), 640);
    assert_eq!(counts(&inbox), HashMap::from([(Reason::Stored, 640)]));
}

#[tokio::test]
async fn repeats_are_told_apart_wherever_they_come_from() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    let twice = vec![item("a", "1"), item("a", "1"), item("a", "2"), item("b", "1")];
    let receipt = inbox.submit(submission(twice)).await.expect("stored");
    let [stored_, same, conflict] = [Reason::Stored, Reason::SameId, Reason::IdConflict];
    assert_eq!(receipt.reasons, [stored_, same, conflict, stored_]);

    // Within one group commit:
    let release = hold(&inbox);
    let first = tokio::spawn({
        let inbox = inbox.clone();
        async move { inbox.submit(submission(vec![item("c", "1")])).await }
    });
    let second = tokio::spawn({
        let inbox = inbox.clone();
        async move { inbox.submit(submission(vec![item("c", "1")])).await }
    });
    release.send(()).expect("writer holds");
    let mut reasons = vec![
        first.await.expect("joined").expect("stored").reasons[0],
        second.await.expect("joined").expect("stored").reasons[0],
    ];
    reasons.sort_unstable();
    assert_eq!(reasons, [stored_, same]);

    // After a restart:
    inbox.close();
    let inbox = bench.open(|_| {});
    let receipt = inbox.submit(submission(vec![item("a", "1"), item("c", "9")])).await;
    assert_eq!(receipt.expect("answered").reasons, [same, conflict]);
    assert_eq!(stored(&inbox).len(), 3);
    let expected = HashMap::from([(stored_, 3), (same, 3), (conflict, 2)]);
    assert_eq!(counts(&inbox), expected);
}

#[tokio::test]
async fn a_failed_commit_keeps_and_counts_nothing_half() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    inbox.submit(submission(vec![item("a", "1")])).await.expect("stored");
    let most_pages = |pages: i64| {
        let set = move |db: &rusqlite::Transaction<'_>| {
            db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        };
        inbox.shared().chore(set).expect("set");
    };
    most_pages(1); // The disk is full.
    let big = "x".repeat(100_000);
    let mut refused = submission(vec![item("b", &big), item("a", "1")]);
    refused.refused = vec![(Reason::Schema, 2)];
    assert_eq!(inbox.submit(refused.clone()).await, Err(SubmitError::Failed));
    let mut expected = HashMap::from([(Reason::Stored, 1), (Reason::StoreError, 2)]);
    expected.insert(Reason::Schema, 2);
    assert_eq!(counts(&inbox), expected);

    most_pages(1 << 30);
    let receipt = inbox.submit(refused).await.expect("there is room again");
    assert_eq!(receipt.reasons, [Reason::Stored, Reason::SameId]);
    inbox.close();
    let inbox = bench.open(|_| {});
    let totals: LedgerTotals = ledger(&inbox).iter().collect();
    assert_eq!((totals.received, totals.accepted, totals.dropped), (9, 2, 2));
    assert_eq!((totals.duplicate, totals.invalid), (1, 4));
    assert_eq!(stored(&inbox).len(), 2);
}

#[tokio::test]
async fn a_full_queue_refuses_and_counts() {
    let bench = Bench::new();
    let inbox = bench.open(|o| o.queue_bytes = 1000);
    let release = hold(&inbox);
    let (first, second) =
        tokio::join!(inbox.submit(submission(vec![item("a", &"x".repeat(900))])), async {
            let refused = inbox.submit(submission(vec![item("b", &"x".repeat(900))])).await;
            release.send(()).expect("writer holds");
            refused
        });
    first.expect("the first one fits");
    assert_eq!(second, Err(SubmitError::Full { retry_after_s: 1 }));
    assert_eq!(counts(&inbox), HashMap::from([(Reason::Stored, 1), (Reason::QueueFull, 1)]));
}

#[tokio::test]
async fn a_full_backlog_refuses_until_the_mover_has_caught_up() {
    let bench = Bench::new();
    let inbox = bench.open(|o| o.backlog_bytes = 500);
    let big = || "x".repeat(600);
    inbox.submit(submission(vec![item("a", &big())])).await.expect("stored");
    let refused = inbox.submit(submission(vec![item("b", &big())])).await;
    assert_eq!(refused, Err(SubmitError::Full { retry_after_s: 10 }));

    let reader = inbox.batches().expect("reader");
    let batches = reader.after(0, 10, 10).expect("read");
    reader.applied(&batches);
    assert_eq!(inbox.backlog().bytes, 0);
    assert_eq!(inbox.backlog().oldest, None);
    inbox.submit(submission(vec![item("b", &big())])).await.expect("stored");
    assert_eq!(counts(&inbox)[&Reason::QueueFull], 1);
}

#[tokio::test]
async fn lazy_refusals_show_at_once_and_survive_closing() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    inbox.refuse(ProjectId::NONE, Source::Logs, Reason::Key, 3);
    let mut only_refused = submission(Vec::new());
    only_refused.refused = vec![(Reason::Schema, 2)];
    inbox.submit(only_refused).await.expect("counted");
    let before = ledger(&inbox);
    assert_eq!(before.iter().collect::<LedgerTotals>().received, 5);
    inbox.close();
    assert_eq!(inbox.submit(submission(vec![item("late", "")])).await, Err(SubmitError::Closed));
    let inbox = bench.open(|_| {});
    assert_eq!(ledger(&inbox), before);
    let of = |project| LedgerQuery { project: Some(project), from: 0, to: i64::MAX };
    assert_eq!(inbox.ledger(&of(ProjectId::NONE)).expect("ledger").len(), 1);

    let before = vec![(ProjectId(1), i64::MAX)];
    assert_eq!(inbox.purge_ledger(before).expect("purged"), 1);
    assert_eq!(ledger(&inbox)[0].reason.outcome(), Outcome::Denied);
}

/// A reader of the ledger may never see a count twice, or not at all, while it moves to disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_count_on_its_way_to_disk_is_seen_exactly_once() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    for round in 1..=200u64 {
        inbox.refuse(ProjectId(1), Source::Native, Reason::Rate, 1);
        // Makes a commit happen about now.
        let submit = inbox.submit(submission(vec![item(&round.to_string(), "")]));
        let (read, _) = tokio::join!(
            async { tokio::task::block_in_place(|| counts(&inbox)[&Reason::Rate]) },
            submit
        );
        assert_eq!(read, round);
    }
}

#[tokio::test]
async fn applied_batches_leave_the_file_and_numbers_are_never_reused() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    for n in 0..100 {
        inbox.submit(submission(vec![item(&n.to_string(), "")])).await.expect("stored");
    }
    let reader = inbox.batches().expect("reader");
    let batches = reader.after(0, u64::MAX, usize::MAX).expect("read");
    reader.applied(&batches);
    inbox.close();
    let inbox = bench.open(|o| o.applied_seq = 100);
    assert_eq!(stored(&inbox).len(), 0);
    assert_eq!(inbox.backlog().committed_seq, 100);
    inbox.submit(submission(vec![item("next", "")])).await.expect("stored");
    assert_eq!(inbox.backlog().committed_seq, 101);
}

#[tokio::test]
async fn the_write_ahead_log_begins_anew_while_submitting_goes_on() {
    let bench = Bench::new();
    let inbox = bench.open(|o| o.queue_bytes = 8 << 20);
    let reader = inbox.batches().expect("reader");
    let body = "x".repeat(1 << 20);
    for n in 0..120 {
        inbox.submit(submission(vec![item(&n.to_string(), &body)])).await.expect("stored");
        let batches = reader.after(n, 10, 1).expect("read");
        reader.applied(&batches);
        reader.checkpoint_if_due().expect("checkpoint");
    }
    let size = |name: &str| std::fs::metadata(bench.dir.path().join(name)).expect("file").len();
    assert!(size("inbox.db-wal") < 64 << 20, "{}", size("inbox.db-wal"));
    assert!(size("inbox.db") < 64 << 20, "{}", size("inbox.db"));
}

#[tokio::test]
async fn sealed_keys_leave_the_database_and_are_still_known_after_a_restart() {
    let bench = Bench::new();
    let open = || {
        let limits = dedupe::Limits { generation_keys: 50, ..dedupe::Limits::default() };
        let clock = Arc::clone(&bench.clock) as Arc<dyn Clock>;
        Inbox::open_with(bench.options(), clock, limits).expect("open")
    };
    let batch = |n: i32| submission((0..10).map(|i| item(&format!("{n}/{i}"), "x")).collect());
    let inbox = open();
    for n in 0..50 {
        let receipt = inbox.submit(batch(n)).await.expect("stored");
        assert_eq!(receipt.reasons, [Reason::Stored; 10]);
    }
    inbox.close();
    let segments = std::fs::read_dir(bench.dir.path().join("dedupe")).expect("directory").count();
    let db = db::open_reader(bench.dir.path()).expect("reader");
    let rows = db.query_row("SELECT count(*) FROM dedupe", [], |row| row.get::<_, i64>(0));
    let rows = rows.expect("counted");
    assert!(segments > 0 && rows < 50, "{segments} segments, {rows} rows");

    let inbox = open();
    for n in 0..50 {
        let receipt = inbox.submit(batch(n)).await.expect("known");
        assert_eq!(receipt.reasons, [Reason::SameId; 10]);
    }
}

#[tokio::test]
async fn a_full_disk_does_not_keep_the_inbox_from_closing() {
    let bench = Bench::new();
    let inbox = bench.open(|_| {});
    let full = |db: &rusqlite::Transaction<'_>| {
        db.pragma_update_and_check(None, "max_page_count", 1, |_| Ok(()))
    };
    inbox.shared().chore(full).expect("set");
    let big = item("a", &"x".repeat(100_000));
    assert_eq!(inbox.submit(submission(vec![big])).await, Err(SubmitError::Failed));
    for project in 0..1000 {
        inbox.refuse(ProjectId(project), Source::Native, Reason::Rate, 1);
    }
    inbox.close();
}

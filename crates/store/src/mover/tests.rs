use std::collections::{HashMap, VecDeque};
use std::sync::atomic::AtomicI64;

use model::{
    Event, Heartbeat, LogEntry, ManualClock, ProjectId, Recording, Signal, Source, Stored,
};

use super::*;
use crate::inbox::{DedupeKey, Inbox, InboxOptions, Item, Submission, encode};
use crate::logfiles::LogFileOptions;

/// What to do with the next call of `apply`.
#[derive(Clone, Copy)]
enum Fate {
    Take,
    Refuse,
    /// The rows are in, but the caller is told otherwise.
    TakeAndComplain,
    Panic,
}

#[derive(Default)]
struct Taken {
    applied: AtomicI64,
    events: Mutex<Vec<String>>,
    logs: Mutex<Vec<String>>,
    heartbeats: Mutex<Vec<String>>,
    files: Mutex<Vec<String>>,
    marks: Mutex<HashMap<String, i64>>,
}

struct Fake {
    taken: Arc<Taken>,
    fates: Mutex<VecDeque<Fate>>,
}

impl Sink for Fake {
    fn applied_seq(&self) -> Result<i64, WarehouseError> {
        Ok(self.taken.applied.load(Ordering::SeqCst))
    }

    fn apply(&self, seq: i64, batch: &ApplyBatch) -> Result<(), WarehouseError> {
        let broken = || WarehouseError::File {
            path: "on demand".into(),
            error: std::io::ErrorKind::StorageFull.into(),
        };
        let fate = self.fates.lock().expect("fates").pop_front().unwrap_or(Fate::Take);
        match fate {
            Fate::Refuse => return Err(broken()),
            Fate::Panic => std::panic::resume_unwind(Box::new("on demand")),
            Fate::Take | Fate::TakeAndComplain => {}
        }
        let taken = &self.taken;
        assert!(seq > taken.applied.swap(seq, Ordering::SeqCst), "applied twice");
        taken.events.lock().expect("events").extend(batch.events.iter().map(|e| e.name.clone()));
        taken.logs.lock().expect("logs").extend(batch.logs.iter().map(|l| l.message.clone()));
        let devices = batch.heartbeats.iter().map(|h| h.device.clone());
        taken.heartbeats.lock().expect("heartbeats").extend(devices);
        taken.files.lock().expect("files").extend(batch.recordings.iter().map(|r| r.file.clone()));
        taken.marks.lock().expect("marks").extend(batch.marks.iter().cloned());
        if matches!(fate, Fate::TakeAndComplain) { Err(broken()) } else { Ok(()) }
    }
}

struct Bench {
    dir: tempfile::TempDir,
    taken: Arc<Taken>,
    clock: Arc<ManualClock>,
}

struct Running {
    inbox: Inbox,
    mover: Mover,
    recordings: Recordings,
}

impl Bench {
    fn new() -> Self {
        Bench {
            dir: tempfile::tempdir().expect("dir"),
            taken: Arc::default(),
            clock: Arc::new(ManualClock::at(1_700_000_000_000)),
        }
    }

    fn inbox(&self) -> Inbox {
        let options = InboxOptions {
            dir: self.dir.path().to_owned(),
            queue_bytes: 1 << 20,
            backlog_bytes: 1 << 30,
            applied_seq: self.taken.applied.load(Ordering::SeqCst),
        };
        Inbox::open(options, Arc::clone(&self.clock) as Arc<dyn Clock>).expect("inbox")
    }

    fn start(&self, fates: &[Fate]) -> Running {
        let inbox = self.inbox();
        let recordings = Recordings::open(&self.dir.path().join("recordings"), 0).expect("open");
        let marks = self.taken.marks.lock().expect("marks").clone().into_iter();
        let marks: Vec<_> = marks.collect();
        let logs = self.dir.path().join("logs");
        let logs = LogFiles::open(&logs, LogFileOptions::default(), &marks).expect("logs");
        let mover = Mover::start(
            inbox.batches().expect("reader"),
            Fake {
                taken: Arc::clone(&self.taken),
                fates: Mutex::new(fates.iter().copied().collect()),
            },
            recordings.clone(),
            Arc::new(Mutex::new(logs)),
            Arc::clone(&self.clock) as Arc<dyn Clock>,
        );
        Running { inbox, mover: mover.expect("mover"), recordings }
    }

    fn log_lines(&self) -> usize {
        let Ok(files) = std::fs::read_dir(self.dir.path().join("logs/1")) else { return 0 };
        let text = |path| std::fs::read_to_string(path).expect("text").lines().count();
        files.map(|e| text(e.expect("entry").path())).sum()
    }
}

impl Running {
    fn settle(&self) {
        assert!(self.inbox.await_applied(Duration::from_secs(20)), "moved in time");
    }

    fn end(self) {
        self.inbox.stop_mover();
        self.mover.stop();
        self.inbox.close();
    }
}

fn item(name: &str, payload: Vec<u8>) -> Item {
    let key = DedupeKey::new(ProjectId(1), name, &payload);
    Item { key, signal: Signal::Event, payload }
}

fn everything(n: usize) -> Vec<Item> {
    let project = ProjectId(1);
    let name = n.to_string();
    let event = Event { project, name: name.clone(), ..Event::default() };
    let log = LogEntry { project, message: name.clone(), ..LogEntry::default() };
    let segment = Recording {
        project,
        recording_id: name.clone(),
        event_id: name.clone(),
        segment: vec![1; 100],
        ..Recording::default()
    };
    let arrival = Event { project, name: format!("recording {name}"), ..Event::default() };
    let heartbeat = Heartbeat { project, device: name.clone(), ..Heartbeat::default() };
    let kinds = [
        Stored::Events(vec![event]),
        Stored::Log(log),
        Stored::Recording(segment, Box::new(arrival)),
        Stored::Heartbeat(heartbeat),
    ];
    let kinds = kinds.iter().map(encode).enumerate();
    kinds.map(|(kind, payload)| item(&format!("{kind}/{n}"), payload)).collect()
}

async fn submit(inbox: &Inbox, items: Vec<Item>) {
    let (project, source) = (ProjectId(1), Source::Native);
    let submission = Submission { project, source, items, refused: Vec::new() };
    inbox.submit(submission).await.expect("stored");
}

#[tokio::test]
async fn every_kind_arrives_once_and_in_order_whatever_the_warehouse_does() {
    use Fate::{Panic, Refuse, Take, TakeAndComplain};
    for fates in [vec![], vec![Refuse], vec![TakeAndComplain], vec![Panic, Take, Refuse]] {
        let bench = Bench::new();
        let running = bench.start(&fates);
        for n in 0..10 {
            submit(&running.inbox, everything(n)).await;
        }
        running.settle();
        let names: Vec<_> = (0..10).map(|n| n.to_string()).collect();
        let events: Vec<_> =
            names.iter().flat_map(|n| [n.clone(), format!("recording {n}")]).collect();
        assert_eq!(*bench.taken.events.lock().expect("events"), events);
        assert_eq!(*bench.taken.logs.lock().expect("logs"), names);
        assert_eq!(*bench.taken.heartbeats.lock().expect("heartbeats"), names);
        assert_eq!(bench.log_lines(), 10);
        let files = bench.taken.files.lock().expect("files").clone();
        assert_eq!(files.len(), 10);
        for file in files {
            assert_eq!(running.recordings.read(&file, 100).expect("kept"), [1; 100]);
        }
        let backlog = running.inbox.backlog();
        assert_eq!((backlog.items, backlog.bytes, backlog.oldest), (0, 0, None));
        running.end();
    }
}

#[tokio::test]
async fn a_process_that_ends_between_apply_and_trim_repeats_nothing() {
    let bench = Bench::new();
    let inbox = bench.inbox();
    submit(&inbox, everything(0)).await;
    // Applied, but nobody told the inbox.
    bench.taken.applied.store(inbox.backlog().committed_seq, Ordering::SeqCst);
    inbox.close();
    let running = bench.start(&[]);
    assert_eq!(running.inbox.backlog().items, 0);
    submit(&running.inbox, everything(1)).await;
    running.settle();
    assert_eq!(*bench.taken.events.lock().expect("events"), ["1", "recording 1"]);
    running.end();
    let reader = bench.inbox().batches().expect("reader");
    assert!(reader.after(0, 10, 10).expect("read").is_empty(), "trimmed");
}

#[tokio::test]
async fn a_process_that_ends_between_files_and_apply_writes_them_again() {
    let bench = Bench::new();
    let refuse_for_ever = vec![Fate::Refuse; 1000];
    let running = bench.start(&refuse_for_ever);
    submit(&running.inbox, everything(0)).await;
    assert!(!running.inbox.await_applied(Duration::from_millis(300)));
    let why = running.mover.status().degraded.expect("says so");
    assert!(why.contains("on demand"), "{why}");
    running.end();
    assert!(bench.taken.events.lock().expect("events").is_empty());
    // What a broken-off append leaves behind:
    std::fs::create_dir_all(bench.dir.path().join("logs/1")).expect("created");
    std::fs::write(bench.dir.path().join("logs/1/000001-2024-10-04.ndjson"), "{}\n").expect("line");

    let running = bench.start(&[]);
    running.settle();
    assert_eq!(running.mover.status(), MoverStatus::default());
    assert_eq!(*bench.taken.events.lock().expect("events"), ["0", "recording 0"]);
    assert_eq!(bench.log_lines(), 1);
    running.end();
}

#[tokio::test]
async fn unreadable_payloads_are_set_aside_and_hold_up_nobody() {
    let bench = Bench::new();
    let running = bench.start(&[]);
    let mut items = everything(0);
    items.insert(1, item("poison", vec![1, 255, 255, 255]));
    items.insert(2, item("future", vec![77]));
    submit(&running.inbox, items).await;
    running.settle();
    assert_eq!(*bench.taken.logs.lock().expect("logs"), ["0"]);
    assert_eq!(running.mover.status().set_aside, 2);
    assert_eq!(running.inbox.set_aside().expect("counted"), 2);
    running.end();
}

use proptest::prelude::*;

use super::*;

/// A `Dedupe` with the rows that the inbox would keep beside it.
struct Bench {
    dir: tempfile::TempDir,
    dedupe: Dedupe,
    rows: Vec<(i64, Millis, Vec<u8>)>,
    limits: Limits,
}

impl Bench {
    fn new(limits: Limits) -> Self {
        let dir = tempfile::tempdir().expect("dir");
        let dedupe = Dedupe::open(dir.path(), limits, std::iter::empty()).expect("open");
        Bench { dir, dedupe, rows: Vec::new(), limits }
    }

    fn commit(&mut self, keys: &[DedupeKey], now: Millis) -> Vec<Reason> {
        let verdicts: Vec<_> =
            keys.iter().map(|k| self.dedupe.claim(k).expect("readable")).collect();
        let new = keys.iter().zip(&verdicts).filter(|(_, v)| **v == Reason::Stored);
        let new: Vec<_> = new.map(|(k, _)| *k).collect();
        self.rows.push((self.dedupe.generation(), now, pack(&new)));
        self.dedupe.touch(now);
        verdicts
    }

    fn turn(&mut self, now: Millis) {
        if let Some(done) = self.dedupe.turn(now) {
            self.rows.retain(|(generation, ..)| *generation > done);
        }
    }

    fn settle(&mut self, now: Millis) {
        self.turn(now);
        while self.dedupe.sealing.is_some() {
            std::thread::yield_now();
            self.turn(now);
        }
    }

    fn restart(&mut self) {
        // As dropping it would: the new one opens before the old one goes.
        if let Some(thread) = self.dedupe.sealing.take().and_then(|s| s.thread) {
            thread.join().expect("joined").expect("sealed");
        }
        let rows = self.rows.iter().map(|(generation, at, keys)| {
            Ok(KeyRow { generation: *generation, at: *at, keys: keys.clone() })
        });
        self.dedupe = Dedupe::open(self.dir.path(), self.limits, rows).expect("reopen");
    }
}

fn key(id: u16, body: u8) -> DedupeKey {
    DedupeKey::new(model::ProjectId(1), &id.to_string(), &[body])
}

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<(u16, u8)>),
    FailedCommit(Vec<(u16, u8)>),
    Turn,
    Settle,
    Restart,
    Wait(Millis),
}

fn step() -> impl Strategy<Value = Step> {
    let keys = || prop::collection::vec((0..300u16, 0..2u8), 0..30);
    prop_oneof![
        6 => keys().prop_map(Step::Commit),
        1 => keys().prop_map(Step::FailedCommit),
        2 => Just(Step::Turn),
        1 => Just(Step::Settle),
        1 => Just(Step::Restart),
        1 => (1..40 * 60_000i64).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Against the obvious model: a map that forgets nothing younger than a day. What is older
    /// may be forgotten, so the run stays within a day.
    #[test]
    fn agrees_with_a_map(steps in prop::collection::vec(step(), 1..40), filters in any::<bool>()) {
        let filter_bytes = if filters { 1 << 20 } else { 0 };
        let mut bench = Bench::new(Limits { generation_keys: 100, filter_bytes });
        let mut model: HashMap<[u8; 12], u32> = HashMap::new();
        let mut now = 1_000_000;
        for step in steps {
            match step {
                Step::Commit(keys) => {
                    let keys: Vec<_> = keys.iter().map(|&(id, body)| key(id, body)).collect();
                    let verdicts = bench.commit(&keys, now);
                    for (key, verdict) in keys.iter().zip(verdicts) {
                        let expected = match model.get(&key.id) {
                            None => Reason::Stored,
                            Some(&body) if body == key.body => Reason::SameId,
                            Some(_) => Reason::IdConflict,
                        };
                        prop_assert_eq!(verdict, expected);
                        model.entry(key.id).or_insert(key.body);
                    }
                }
                Step::FailedCommit(keys) => {
                    let keys = keys.iter().map(|&(id, body)| key(id, body));
                    let claimed: Vec<_> = keys
                        .filter(|k| bench.dedupe.claim(k).expect("readable") == Reason::Stored)
                        .collect();
                    bench.dedupe.release(&claimed);
                }
                Step::Turn => bench.turn(now),
                Step::Settle => bench.settle(now),
                Step::Restart => bench.restart(),
                Step::Wait(ms) => now += ms,
            }
        }
    }
}

#[test]
fn ids_are_forgotten_after_a_day_and_their_files_go() {
    let mut bench = Bench::new(Limits::default());
    let files = |b: &Bench| std::fs::read_dir(b.dir.path()).expect("dir").count();
    bench.commit(&[key(1, 0)], 1);
    bench.settle(1 + HOUR);
    assert_eq!(files(&bench), 1);
    bench.settle(WINDOW);
    assert_eq!(bench.commit(&[key(1, 0)], WINDOW), [Reason::SameId]);
    bench.settle(WINDOW + 2);
    assert_eq!(files(&bench), 0);
    assert_eq!(bench.commit(&[key(1, 0)], WINDOW + 2), [Reason::Stored]);
}

#[test]
fn a_crash_between_file_and_rows_is_harmless() {
    let mut bench = Bench::new(Limits { generation_keys: 2, ..Limits::default() });
    bench.commit(&[key(1, 0), key(2, 0)], 1);
    let rows = bench.rows.clone();
    bench.settle(1);
    bench.rows = rows;
    bench.restart();
    assert_eq!(bench.commit(&[key(1, 0), key(2, 1)], 2), [Reason::SameId, Reason::IdConflict]);
    assert!(bench.dedupe.generation() > 1);
}

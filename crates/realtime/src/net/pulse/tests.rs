use std::time::Duration;

use super::*;

const MS: Duration = Duration::from_millis(1);

type Log = Arc<Mutex<Vec<(&'static str, Duration)>>>;

/// Writes down when it is looked at, and comes again so often.
struct Beater {
    name: &'static str,
    start: Instant,
    log: Log,
    again: Mutex<Vec<Duration>>,
}

impl Beat for Beater {
    fn beat(&self, now: Instant) -> Option<Instant> {
        self.log.lock().unwrap().push((self.name, now - self.start));
        self.again.lock().unwrap().pop().map(|after| now + after)
    }
}

struct Bench {
    pulse: Pulse,
    start: Instant,
    log: Log,
}

impl Bench {
    fn new() -> Self {
        let start = tokio::time::Instant::now().into_std();
        Bench { pulse: Pulse::start(), start, log: Log::default() }
    }

    fn add(&self, name: &'static str, after: u32, again: &[Duration]) -> Arc<Beater> {
        let again = Mutex::new(again.to_vec());
        let log = Arc::clone(&self.log);
        let beater = Arc::new(Beater { name, start: self.start, log, again });
        let now = tokio::time::Instant::now().into_std();
        self.pulse.add(&beater, now + MS * after);
        beater
    }

    fn log(&self) -> Vec<(&'static str, u128)> {
        let log = self.log.lock().unwrap();
        log.iter().map(|(name, at)| (*name, at.as_millis())).collect()
    }

    fn waiting(&self) -> usize {
        self.pulse.0.heap.lock().unwrap().len()
    }
}

#[tokio::test(start_paused = true)]
async fn everybody_is_looked_at_when_it_is_due_and_comes_again_when_it_says() {
    let bench = Bench::new();
    let late = bench.add("late", 30, &[]);
    let often = bench.add("often", 10, &[MS * 25, MS * 5]);
    let twin = bench.add("twin", 20, &[]);
    let other = bench.add("twin", 20, &[]);
    tokio::time::sleep(MS * 100).await;
    let order = [("often", 10), ("often", 15), ("twin", 20), ("twin", 20), ("late", 30)];
    assert_eq!(bench.log(), [&order[..], &[("often", 40)]].concat());
    assert_eq!(bench.waiting(), 0);
    drop((late, often, twin, other));
}

#[tokio::test(start_paused = true)]
async fn a_sooner_one_does_not_wait_for_a_later_one() {
    let bench = Bench::new();
    let late = bench.add("late", 1_000, &[]);
    tokio::time::sleep(MS * 5).await;
    let soon = bench.add("soon", 10, &[]);
    tokio::time::sleep(MS * 20).await;
    assert_eq!(bench.log(), [("soon", 15)]);
    tokio::time::sleep(MS * 1_000).await;
    assert_eq!(bench.log(), [("soon", 15), ("late", 1_000)]);
    drop((late, soon));
}

#[tokio::test(start_paused = true)]
async fn who_is_dropped_is_not_looked_at_and_takes_no_place_for_longer_than_its_time() {
    let bench = Bench::new();
    drop(bench.add("gone", 10, &[]));
    let there = bench.add("there", 20, &[]);
    tokio::time::sleep(MS * 15).await;
    assert_eq!((bench.waiting(), bench.log()), (1, vec![]));
    tokio::time::sleep(MS * 10).await;
    assert_eq!((bench.waiting(), bench.log()), (0, vec![("there", 20)]));
    drop(there);
}

#[tokio::test(start_paused = true)]
async fn it_stops_with_its_last_handle() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for waits in [false, true] {
        let bench = Bench::new();
        let clone = bench.pulse.clone();
        let beater = waits.then(|| bench.add("never", 1_000, &[]));
        tokio::time::sleep(MS).await;
        drop(bench);
        tokio::time::sleep(MS).await;
        assert_eq!(tasks(), 1, "there is another handle");
        drop(clone);
        tokio::time::sleep(MS).await;
        assert_eq!(tasks(), 0);
        drop(beater);
    }
}

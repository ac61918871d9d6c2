//! How much the store takes in, durably: `cargo run --release -p store --example ingest [seconds]`.
//!
//! Many callers submit batches as fast as they are acknowledged, first into the inbox alone, then
//! with the mover and the warehouse behind it. Payloads are encoded while the clock runs, as the
//! pipeline's threads would.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use model::{Clock, Event, Kind, Millis, ProjectId, Signal, Source, Stored, SystemClock};
use store::{DedupeKey, Inbox, InboxOptions, Item, MasterKey, Store, StoreOptions, Submission};

fn item(caller: usize, n: u64, now: Millis) -> Item {
    let id = format!("{caller:04x}-{n:012x}");
    let event = Event {
        project: ProjectId(1),
        source: Some(Source::Native),
        event_id: id.clone(),
        ts: now,
        received_at: now,
        kind: Kind::Page,
        name: format!("/products/{}", n % 1000),
        app: "shop".into(),
        env: "production".into(),
        release: "2026.11.1".into(),
        session: format!("session-{:08x}", n / 30),
        visitor: format!("visitor-{:08x}", n % 5000),
        page_id: format!("page-{:08x}", n / 4),
        url: format!("https://shop.example/products/{}?ref=home", n % 1000),
        path: "/products/:id".into(),
        duration_ms: Some((n % 900) as f64),
        browser: "Chrome".into(),
        os: "Windows".into(),
        ip_prefix: "203.0.113.0/24".into(),
        sample_rate: 1.0,
        props: r#"{"plan":"pro","list":"featured","position":3,"price":1299,"currency":"CNY"}"#
            .into(),
        ..Event::default()
    };
    let payload = store::encode(&Stored::Events(vec![event]));
    Item { key: DedupeKey::new(ProjectId(1), &id, &payload), signal: Signal::Event, payload }
}

/// CPU time of this process, in ticks of 10 ms.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let fields = after_name.split(' ').skip(11).take(2);
    fields.filter_map(|f| f.parse::<u64>().ok()).sum::<u64>() * 10
}

/// Returns how many events were acknowledged.
async fn run(inbox: &Inbox, batch: u64, callers: usize, time: Duration, what: &str) -> u64 {
    static ROUND: AtomicU64 = AtomicU64::new(0);
    let round = ROUND.fetch_add(1, Ordering::Relaxed) << 40;
    let stop = Arc::<AtomicBool>::default();
    let (start, cpu, commits) = (Instant::now(), cpu_ms(), inbox.backlog().committed_seq);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (inbox, stop) = (inbox.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let (mut n, mut waits) = (0, Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let now = SystemClock.now();
                    let items = (n..n + batch).map(|n| item(caller, round + n, now)).collect();
                    n += batch;
                    let (project, source) = (ProjectId(1), Source::Native);
                    let submission = Submission { project, source, items, refused: Vec::new() };
                    let asked = Instant::now();
                    if inbox.submit(submission).await.is_err() {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        n -= batch;
                        continue;
                    }
                    waits.push(asked.elapsed());
                }
                (n, waits)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let (mut events, mut waits) = (0, Vec::new());
    for task in tasks {
        let Ok((n, w)) = task.await else { continue };
        events += n;
        waits.extend(w);
    }
    let took = start.elapsed().as_secs_f64();
    let cpu = (cpu_ms() - cpu) as f64 * 1000.0 / events.max(1) as f64;
    let commits = (inbox.backlog().committed_seq - commits) as f64 / took;
    waits.sort_unstable();
    let at = |q: f64| waits.get((waits.len() as f64 * q) as usize).copied().unwrap_or_default();
    let line = format!(
        "{what:9} batch {batch:3} x {callers:3}: {:8.0} events/s  {cpu:6.1} us CPU/event  \
         {commits:5.0} commits/s  ack p50 {:5.1?} p99 {:5.1?} max {:5.1?}\n",
        events as f64 / took,
        at(0.5),
        at(0.99),
        waits.last().copied().unwrap_or_default(),
    );
    print(&line);
    events
}

fn print(line: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes());
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(5);
    let time = Duration::from_secs(seconds);
    let plan = [(1, 64), (20, 32), (500, 8)];
    let place = std::env::temp_dir().join(format!("ingest-{}", std::process::id()));

    let inbox = Inbox::open(
        InboxOptions {
            dir: place.join("inbox"),
            queue_bytes: 64 << 20,
            backlog_bytes: u64::MAX,
            applied_seq: 0,
        },
        Arc::new(SystemClock),
    )?;
    for (batch, callers) in plan {
        run(&inbox, batch, callers, time, "inbox").await;
    }
    let options = StoreOptions::new(place.join("store"), MasterKey::generate());
    let store = Store::open(options, Arc::new(SystemClock))?;
    let mut visible = Duration::ZERO;
    for n in 0..20 {
        let one = item(9999, n, SystemClock.now());
        let (project, source, refused) = (ProjectId(1), Source::Native, Vec::new());
        let start = Instant::now();
        store.inbox.submit(Submission { project, source, items: vec![one], refused }).await?;
        while store.inbox.backlog().items > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        visible = visible.max(start.elapsed());
    }
    print(&format!("store     one event can be asked for after at most {visible:.0?}\n"));
    for (batch, callers) in plan {
        let (start, cpu) = (Instant::now(), cpu_ms());
        let events = run(&store.inbox, batch, callers, time, "store").await;
        let whole = store.flush();
        let rate = events as f64 / start.elapsed().as_secs_f64();
        let cpu = (cpu_ms() - cpu) as f64 * 1000.0 / events.max(1) as f64;
        print(&format!("  until moved ({whole}): {rate:8.0} events/s  {cpu:6.1} us CPU/event\n"));
    }
    store.shutdown().await;
    std::fs::remove_dir_all(place)?;
    Ok(())
}

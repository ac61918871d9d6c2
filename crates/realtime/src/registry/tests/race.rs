//! Handshakes in parallel: what a check that comes before the counting would let pass.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use super::*;

const THREADS: usize = 8;
const ATTEMPTS: usize = 20_000;
const ROUNDS: usize = 400;

/// Everybody wants the one place, again and again. Who is inside is counted beside the registry,
/// which has little else to do here: its lock is where the threads meet.
#[test]
fn parallel_handshakes_never_overshoot() {
    let house = House::of(1, 0);
    let (inside, start) = (AtomicUsize::new(0), Barrier::new(THREADS));
    let attempt = || {
        let Ok(reserved) = house.registry.reserve(applicant(None)) else { return 0 };
        assert_eq!(inside.fetch_add(1, SeqCst), 0, "somebody else was inside");
        // Long enough for whoever slipped through beside this one to be seen.
        thread::yield_now();
        inside.fetch_sub(1, SeqCst);
        drop(reserved);
        1
    };
    let admitted: usize = thread::scope(|scope| {
        let run = || {
            start.wait();
            (0..ATTEMPTS).map(|_| attempt()).sum::<usize>()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no overshoot")).sum()
    });
    assert!(admitted > 0);
    assert_empty(&house.registry);
    let rejected = house.registry.counters().rejected.remove(&Rejection::Full).unwrap_or(0);
    assert_eq!(admitted + usize::try_from(rejected).expect("few"), THREADS * ATTEMPTS);
}

#[test]
fn evictions_and_replacements_in_parallel_leave_nothing_behind() {
    let house = House::new(Options { total: 5, per_ip: 4, stale_after: 0, ..Options::default() });
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (house, start) = (&house, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..ROUNDS {
                    house.clock.advance(1);
                    let applied = house.registry.reserve(Applicant {
                        user: (thread % 4 > 0).then(|| (thread % 4).to_string()),
                        ip: address(u8::try_from(thread % 3).expect("below three")),
                        tier: if thread % 2 == 0 { Tier::Vip } else { Tier::Normal },
                        per_user: 2,
                        ..applicant(None)
                    });
                    assert_indexes_agree(&house.registry);
                    let Ok((reservation, evict)) = applied else { continue };
                    evict.into_iter().for_each(Evict::close);
                    let id = format!("{thread}-{round}");
                    let registered = reservation.register(house.info(&id));
                    thread::yield_now();
                    let listed = house.registry.get(&id).is_some();
                    assert!(listed || registered.connection().ending().is_some());
                }
            });
        }
    });
    assert_empty(&house.registry);
}

//! Handshakes in parallel: what a check that comes before the counting would let pass.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use super::*;

const THREADS: usize = 8;
const ROUNDS: usize = 400;

/// Everybody wants one of the last places at the same moment; the count is independent of the
/// registry's own.
#[test]
fn parallel_handshakes_never_overshoot() {
    let total = 3;
    let house = House::of(total, 0);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (house, inside, most, start) = (&house, &inside, &most, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..ROUNDS {
                    let Ok((reservation, _)) = house.registry.reserve(applicant(None)) else {
                        thread::yield_now();
                        continue;
                    };
                    most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                    let registered = reservation.register(house.info(&format!("{thread}-{round}")));
                    thread::yield_now();
                    inside.fetch_sub(1, SeqCst);
                    drop(registered);
                }
            });
        }
    });
    let most = most.load(SeqCst);
    assert!((1..=total).contains(&most), "{most} were inside at once");
    assert_empty(&house.registry);
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
    let reasons = house.registry.counters().disconnects;
    assert!(reasons.contains_key(&CloseReason::Evicted), "{reasons:?}");
}

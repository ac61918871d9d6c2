//! More than anyone may send: refused with a time to come back, in flat memory.

use std::thread;

use serde_json::json;

use crate::support::{Server, Setup, event, reasons};

/// Resident bytes of this process, which holds the server.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[test]
fn one_sender_too_many_gets_429_and_a_time() {
    let mut setup = Setup::default();
    setup.settings.limits.burst = 3;
    let server = Server::with(setup);
    let mut told = Vec::new();
    for n in 0..5 {
        told.push(server.batch(json!([event(&n.to_string())])));
    }
    let statuses: Vec<u16> = told.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    let refused = told.pop().unwrap();
    assert_eq!(refused.json()["code"], "rate");
    let wait = refused.retry_after();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(server.ledger(), reasons(&[("stored", 3), ("rate", 2)]));

    server.clock.advance(i64::from(wait) * 1000);
    server.batch(json!([event("later")])).expect(200);
}

#[test]
fn the_day_s_quota_is_429_too() {
    let mut setup = Setup::default();
    setup.settings.limits.items_per_day = 2;
    let server = Server::with(setup);
    let reply = server.batch(json!([event("a"), event("b"), event("c")])).expect(200).json();
    assert_eq!((&reply["accepted"], &reply["rejected"]), (&json!(2), &json!(1)));
    let answer = server.batch(json!([event("d")])).expect(429);
    assert_eq!(answer.json()["code"], "quota");
    assert!(answer.retry_after() >= 1);
    assert_eq!(server.ledger(), reasons(&[("stored", 2), ("quota", 2)]));
}

#[test]
fn more_items_than_a_batch_may_have_are_limited_and_counted() {
    let mut setup = Setup::default();
    setup.settings.limits.batch_items = 10;
    let server = Server::with(setup);
    let events: Vec<_> = (0..25).map(|n| event(&n.to_string())).collect();
    let reply = server.batch(json!(events)).expect(200).json();
    assert_eq!((&reply["accepted"], &reply["rejected"]), (&json!(10), &json!(15)));
    assert_eq!(reply["errors"][0]["index"], 10);
    assert_eq!(server.ledger(), reasons(&[("stored", 10), ("batch_size", 15)]));
}

#[test]
fn a_flood_leaves_memory_flat_and_the_ledger_exact() {
    let mut setup = Setup::default();
    setup.settings.limits.burst = 50;
    let server = Server::with(setup);
    let body = {
        let mut one = event("flood");
        one["props"] = json!({ "text": "x".repeat(20_000) });
        json!({ "events": [one] })
    };
    let flood = |rounds: usize| {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        let answer = server.page("/api/telemetry/batch").send(body.clone());
                        assert!(matches!(answer.status, 200 | 429), "{}", answer.text);
                    }
                });
            }
        });
    };
    flood(100);
    let before = resident();
    flood(400);
    let grown = resident().saturating_sub(before);
    assert!(grown < 48 << 20, "{} MiB more after 32 MiB of flood", grown >> 20);
    let ledger = server.ledger();
    assert_eq!(ledger.values().sum::<u64>(), 2000, "{ledger:?}");
    assert_eq!(ledger["stored"], 1);
    assert_eq!(ledger["stored"] + ledger["same_id"] + ledger["rate"], 2000, "{ledger:?}");
}

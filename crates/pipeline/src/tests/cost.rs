//! What an event costs from decode to the encoded item. Printed, not judged: run it in release,
//! `cargo test --release -p pipeline cost -- --ignored --nocapture`.

use model::Source;
use serde_json::{Value, json};
use std::hint::black_box;

use crate::testing::{Bench, NOW, SECRET, fixtures, post};

const UA: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/126.0.0.0 Safari/537.36";

fn event(n: i64) -> Value {
    json!({"type": "event", "name": "product.off_sale", "ts": NOW - n, "eventId": format!("0192f7a1-{n:08}"),
        "seq": n, "url": "https://shop.example/admin/products/977?tab=1",
        "props": {"productId": 977, "category": "shoes", "reason": "out of stock"}})
}

fn batch(items: i64) -> String {
    json!({"app": "admin", "env": "production", "release": "1.4.2", "user": {"id": "u-123", "role": "admin"},
        "sessionId": "5b2c8f0e-1d7a-4c53-9f6e-2a4b6c8d0e1f", "visitorId": "v-77", "pageId": "p-1", "sentAt": NOW,
        "sdkVersion": "0.1.0", "events": (0..items).map(event).collect::<Vec<_>>()})
    .to_string()
}

/// Seconds this thread has computed: other load on the machine does not count.
fn on_cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let ns: f64 = text.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    ns / 1e9
}

#[expect(clippy::print_stdout, reason = "a measurement is for reading")]
fn run(name: &str, source: Source, body: &str, items: usize) {
    let bench = Bench::new(|s| s.limits.server_requests_per_minute = u32::MAX);
    let mut request = post(source, body);
    request.headers.api_key = Some(SECRET.into());
    request.headers.user_agent = Some(UA.into());
    let rounds = (10_000 / items).max(10);
    let mut best = f64::MAX;
    for _ in 0..5 {
        let began = on_cpu();
        for _ in 0..rounds {
            black_box(bench.receive(source, black_box(&request)).expect("taken"));
        }
        best = best.min((on_cpu() - began) * 1e6 / (rounds * items) as f64);
    }
    println!("{name:<44} {:>7} bytes/item {best:>8.2} CPU µs/item", body.len() / items);
}

#[test]
#[ignore = "a measurement"]
fn cost_per_item() {
    for items in [1, 20, 500] {
        run(&format!("native, batch of {items}"), Source::Native, &batch(items as i64), items);
    }
    let log = json!({"deviceId": "device-001", "timestamp": "2026-11-21T01:26:16.004Z", "level": "INFO",
        "message": "GET /health 200 in 3 ms", "tags": ["http"]});
    let logs = json!(vec![log; 100]).to_string();
    run("logs, batch of 100", Source::Logs, &logs, 100);
    for (name, body) in fixtures("websee/4.0.2") {
        run(&name, Source::WebSee, &body, 1);
    }
}

//! Nowhere to put it: 503 with a time to come back, and the ledger says so.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::{NOW, Server, Setup, event, reasons};

#[test]
fn a_full_queue_is_503_with_a_time() {
    // The warehouse may not lag behind by a single byte.
    let server = Server::with(Setup {
        store: |options| options.inbox_backlog_bytes = 0,
        ..Setup::default()
    });
    let answer = server.batch(json!([event("a"), event("b")])).expect(503);
    assert_eq!(answer.json()["code"], "queue_full");
    assert!(answer.retry_after() >= 1);
    let line = json!({ "deviceId": "d", "message": "m" });
    let answer = server.page("/api/logs").send(line).expect(503);
    assert_eq!(answer.json()["error"]["code"], "queue_full");
    assert!(answer.retry_after() >= 1);
    assert_eq!(server.ledger(), reasons(&[("queue_full", 3)]));
}

#[test]
fn a_full_disk_is_503_also_for_errors_and_no_longer_healthy() {
    // A budget that is spent before anything was written.
    let server =
        Server::with(Setup { store: |options| options.disk.max_bytes = 1, ..Setup::default() });
    let answer = server.batch(json!([event("a")])).expect(503);
    assert_eq!(answer.json()["code"], "disk_pressure");
    assert!(answer.retry_after() >= 1);
    let error = json!({ "type": "error", "ts": NOW, "message": "boom" });
    server.batch(json!([error, event("b")])).expect(503);
    assert_eq!(server.ledger(), reasons(&[("disk_pressure", 3)]));
    let health = server.get("/system/health").send("").expect(503).json();
    assert_eq!((&health["status"], &health["checks"]["disk"]), (&json!("down"), &json!("down")));
}

#[test]
fn bodies_in_flight_share_a_budget() {
    let mut setup = Setup::default();
    setup.server.ingest_bodies_bytes = 64 << 10;
    let server = Server::with(setup);
    let address = server.base.strip_prefix("http://").unwrap();
    // Two senders that never finish, each with more than half of the budget.
    let hold = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let head = "POST /api/telemetry/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 99999\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&vec![b' '; 48 << 10]).unwrap();
        stream
    };
    let mut holders = [hold(), hold()];
    let mut buffer = [0; 4096];
    let read = std::iter::repeat_with(|| {
        holders.iter_mut().find_map(|holder| holder.read(&mut buffer).ok().filter(|&n| n > 0))
    });
    let length = read.take(100).find_map(|n| n).expect("one of them is refused");
    let answer = String::from_utf8_lossy(&buffer[..length]).to_lowercase();
    assert!(answer.starts_with("http/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1\r\n") && answer.contains("queue_full"), "{answer}");

    drop(holders);
    let take = || server.post("/api/telemetry/batch").header("x-api-key", &server.secret);
    let big = json!([{ "type": "event", "name": "x".repeat(40_000), "ts": NOW }]);
    let taken = std::iter::repeat_with(|| take().send(big.clone()).status).take(1000);
    assert!(taken.into_iter().any(|status| status == 200), "given back when they went away");
}

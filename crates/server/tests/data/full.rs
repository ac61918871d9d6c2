//! Nowhere to put it: 503 with a time to come back, and the ledger says so.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use crate::support::{Server, Setup, event, reasons};

#[test]
fn a_full_queue_is_503_with_a_time() {
    // The warehouse may not lag behind by a single byte.
    let server =
        Server::with(Setup { store: |options| options.inbox_backlog_bytes = 0, ..Setup::default() });
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
    let error = json!({ "type": "error", "ts": crate::support::NOW, "message": "boom" });
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
    // Somebody holds most of it, and never finishes.
    let mut holder = TcpStream::connect(address).unwrap();
    let head = "POST /api/telemetry/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
    holder.write_all(head.as_bytes()).unwrap();
    holder.write_all(&vec![b' '; 48 << 10]).unwrap();
    let mut one = event("a");
    one["props"] = json!({ "text": "x".repeat(30_000) });
    // The bytes above are reserved as soon as the server has read them.
    let refused = std::iter::repeat_with(|| server.batch(json!([one.clone()])))
        .take(1000)
        .find(|answer| answer.status != 200)
        .expect("refused once the budget is spent");
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert_eq!(refused.json()["code"], "queue_full");
    assert!(refused.retry_after() >= 1);
    drop(holder);
    let taken = std::iter::repeat_with(|| server.batch(json!([event("later")])))
        .take(1000)
        .any(|answer| answer.status == 200);
    assert!(taken, "given back when the holder went away");
}

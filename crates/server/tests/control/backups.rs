use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use model::{KeyKind, Scope};
use serde_json::{Value, json};
use server::{BackupOptions, ServerOptions};
use store::backup::{restore, verify};
use store::control::{Actor, MasterKey, NewKey, Role};
use store::{Store, StoreOptions};

use crate::support::TestServer;

fn server(dir: &std::path::Path) -> TestServer {
    let backups = Some(BackupOptions { dir: dir.to_owned(), keep: 2 });
    TestServer::with(ServerOptions { backups, ..ServerOptions::default() })
}

fn ingest_key(server: &TestServer) -> String {
    let project = server.project("shop");
    let new = NewKey {
        name: "key".into(),
        kind: KeyKind::Secret,
        scopes: Some(vec![Scope::IngestEvents]),
        origins: Vec::new(),
        env: None,
        expires_at: None,
    };
    server.control().create_key(&Actor::system(), project, new).unwrap().secret
}

/// Sends until told to stop; returns how many events were acknowledged.
async fn flood(server: &TestServer, key: &str, stop: &AtomicBool) -> u64 {
    let mut events = 0;
    while !stop.load(Ordering::Acquire) {
        let body = json!([{"type": "event", "name": "e", "eventId": format!("flood-{events}")}]);
        let request = server.machine(key).request("POST", "/api/telemetry/batch");
        let request = request.header("x-api-key", key).header("content-type", "application/json");
        server.send(request.body(Body::from(body.to_string())).unwrap()).await.expect(200);
        events += 1;
    }
    events
}

#[tokio::test]
async fn a_running_server_backs_itself_up_and_the_restored_one_knows_as_much() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("backups");
    let server = server(&dir);
    let key = ingest_key(&server);
    let admin = server.sign_in_admin().await;
    admin.get("/api/system/backups").await.expect(200);

    let stop = AtomicBool::new(false);
    let make = async {
        let made = admin.post("/api/system/backups", Value::Null).await;
        stop.store(true, Ordering::Release);
        made.expect(201).json()
    };
    let (made, flooded) = tokio::join!(make, flood(&server, &key, &stop));
    assert!(flooded > 0);

    let name = made["name"].as_str().unwrap();
    let manifest = verify(&dir.join(name)).unwrap();
    assert_eq!(made["counts"], serde_json::to_value(manifest.counts).unwrap());
    assert_eq!(made["bytes"], manifest.bytes());
    let listed = admin.get("/api/system/backups").await.expect(200).json();
    let row = json!({"name": name, "at": made["at"], "bytes": made["bytes"]});
    assert_eq!(listed, json!({"items": [row]}));

    let into = root.path().join("restored");
    restore(&dir.join(name), &into).unwrap();
    let options = StoreOptions::new(&into, MasterKey::from_bytes([7; 32]));
    let restored = Store::open(options, server.clock.clone()).unwrap();
    assert!(restored.flush());
    let counts = manifest.counts;
    let events = restored.status().warehouse.unwrap().events;
    assert_eq!(events, counts.events + counts.inbox_items);
    assert!(events <= flooded, "{events} ≤ {flooded}");

    let trail = admin.get("/api/audit?action=backup.create").await.expect(200).json();
    let entry = &trail["items"][0];
    assert_eq!(entry["actor"], "admin");
    assert_eq!(entry["target"], format!("backup:{name}"));
    assert_eq!(entry["after"]["bytes"], made["bytes"]);
}

#[tokio::test]
async fn one_backup_at_a_time_and_only_for_admins_with_their_token() {
    let root = tempfile::tempdir().unwrap();
    let server = server(root.path());
    let admin = server.sign_in_admin().await;
    // The clock stands still, so that even the one after the other is refused.
    let ask = || admin.post("/api/system/backups", json!({"dir": "/elsewhere"}));
    let (one, other) = tokio::join!(ask(), ask());
    let mut told = [one.status.as_u16(), other.status.as_u16()];
    told.sort_unstable();
    assert_eq!(told, [201, 409], "{} {}", one.text, other.text);
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);

    let mut forged = admin.clone();
    forged.csrf = None;
    let answer = forged.post("/api/system/backups", Value::Null).await.expect(403);
    assert_eq!(answer.code(), "csrf");
    let operator = server.sign_in_as("operator", Role::Operator, &[]).await;
    operator.post("/api/system/backups", Value::Null).await.expect(403);
    operator.get("/api/system/backups").await.expect(403);
}

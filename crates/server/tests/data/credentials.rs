//! Keys and origins: 403, never 401, and counted.

use model::{KeyKind, ProjectSettings, Scope};
use serde_json::json;
use store::control::Role;

use crate::support::{NOW, ORIGIN, Server, counts, event, issue, project, reasons};

#[test]
fn bad_keys_are_403_and_nobody_s() {
    let server = Server::start();
    let unknown = format!("sbp_{}", "0".repeat(32));
    for key in [unknown.as_str(), "sbp_short", "'; DROP TABLE", ""] {
        let call = server.post("/api/telemetry/batch").header("x-api-key", key);
        let answer = call.send(json!({ "events": [event("a"), event("b")] })).expect(403);
        assert_eq!(answer.json()["code"], "key", "{key}: {}", answer.text);
        assert_eq!(answer.header("www-authenticate"), "");
    }
    let body = json!({ "type": "error", "time": NOW, "apikey": unknown, "message": "m" });
    assert_eq!(server.post("/reportData").send(body).expect(403).json()["code"], 403);
    let line = json!({ "deviceId": "d", "message": "m" });
    let answer = server.post("/api/logs").send(line).expect(403).json();
    assert_eq!(answer["success"], false);

    assert_eq!(server.ledger(), reasons(&[]), "nothing of it is the project's");
    let admin = server.sign_in("root", Role::Admin, &[]);
    let ledger = admin.get("/api/ledger").expect(200).json();
    assert!(ledger["rows"].as_array().unwrap().iter().all(|row| row["project"].is_null()));
    assert_eq!(counts(&ledger), reasons(&[("key", 10)]));
    let member = server.sign_in("member", Role::Viewer, &[server.shop]);
    assert_eq!(counts(&member.get("/api/ledger").expect(200).json()), reasons(&[]));
}

#[test]
fn a_key_without_the_scope_is_403() {
    let server = Server::start();
    let events_only = issue(&server.store, server.shop, KeyKind::Secret, &[Scope::IngestEvents]);
    let call = server.post("/api/logs").header("x-api-key", &events_only);
    let answer = call.send(json!({ "deviceId": "d", "message": "m" })).expect(403).json();
    assert_eq!(answer["error"]["code"], "scope");
    assert_eq!(server.ledger(), reasons(&[("scope", 1)]));
}

#[test]
fn foreign_origins_are_403() {
    let server = Server::start();
    for origin in ["https://evil.example", "http://shop.example", "https://shop.example.evil.com"] {
        let call = server.post("/api/telemetry/batch").header("x-api-key", &server.key);
        let answer = call.header("origin", origin).send(json!([event("a"), event("b")]));
        assert_eq!(answer.status, 403, "{origin}");
        assert_eq!(answer.json()["code"], "origin");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    assert_eq!(server.ledger(), reasons(&[("origin", 6)]));
    server.page("/api/telemetry/batch").send(json!([event("a")])).expect(200);
}

#[test]
fn the_kill_switch_and_the_visitor_s_wish_are_obeyed() {
    let server = Server::start();
    let call = server.page("/api/telemetry/batch").header("sec-gpc", "1");
    let reply = call.send(json!([event("a"), event("b")])).expect(200).json();
    assert_eq!((&reply["ok"], &reply["rejected"]), (&json!(true), &json!(2)));
    let mut settings = server.store.control.settings(server.shop).unwrap().settings;
    settings.enabled = false;
    server.put_settings(settings);
    let answer = server.batch(json!([event("c")])).expect(403).json();
    assert_eq!(answer["code"], "kill_switch");
    assert_eq!(server.ledger(), reasons(&[("consent", 2), ("kill_switch", 1)]));
}

#[test]
fn a_machine_reads_the_ledger_of_its_own_project_only() {
    let server = Server::start();
    let other = project(&server.store, "other", ProjectSettings::default());
    let foreign = issue(&server.store, other, KeyKind::Secret, &[Scope::QueryRead]);
    let blind = issue(&server.store, server.shop, KeyKind::Secret, &[Scope::IngestEvents]);
    let with = |key: &str, path: &str| {
        server.get(path).header("authorization", &format!("Bearer {key}")).send("")
    };
    server.batch(json!([event("a")])).expect(200);
    assert_eq!(counts(&with(&foreign, "/api/ledger").expect(200).json()), reasons(&[]));
    with(&foreign, "/api/ledger?project=shop").expect(404);
    with(&blind, "/api/ledger").expect(403);
    with("sbs_nothing", "/api/ledger").expect(401);
    server.get("/api/ledger").send("").expect(401);
    let wrong = server.read("/api/ledger?from=yesterday").expect(422);
    assert_eq!(wrong.json()["field"], "from");
    assert_eq!(server.get("/api/ledger").header("origin", ORIGIN).send("").status, 401);
}

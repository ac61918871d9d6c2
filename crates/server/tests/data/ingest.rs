//! Every door, the way its SDK uses it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{NOW, ORIGIN, Server, event, reasons};

#[test]
fn a_batch_is_answered_with_counts_and_per_index_errors() {
    let server = Server::start();
    let events = json!([event("a"), { "type": "teleport", "ts": NOW }, event("b"), event("a")]);
    let answer = server.batch(events).expect(200);
    let reply = answer.json();
    assert_eq!(reply["ok"], true);
    assert_eq!(
        (&reply["accepted"], &reply["rejected"], &reply["duplicates"], &reply["sampled"]),
        (&json!(2), &json!(1), &json!(1), &json!(0))
    );
    assert_eq!(reply["errors"][0]["index"], 1);
    assert_eq!(reply["errors"][0]["code"], "unknown_kind");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.header("x-request-id").is_empty());
    let want = reasons(&[("stored", 2), ("unknown_kind", 1), ("same_id", 1)]);
    assert_eq!(server.ledger(), want);
}

#[test]
fn beacons_carry_text_and_their_key_in_the_body_or_the_query() {
    let server = Server::start();
    let body = json!({ "apiKey": server.key, "events": [event("body")] }).to_string();
    let beacon = || server.post("/api/telemetry/batch").header("origin", ORIGIN);
    let text = "text/plain;charset=UTF-8";
    let answer = beacon().header("content-type", text).send(body.as_str()).expect(200);
    assert_eq!(answer.json()["accepted"], 1);
    let body = json!([event("query")]).to_string();
    let path = format!("/api/telemetry/batch?key={}", server.key);
    let call = server.post(&path).header("origin", ORIGIN).header("content-type", text);
    assert_eq!(call.send(body.as_str()).expect(200).json()["accepted"], 1);
    assert_eq!(server.ledger(), reasons(&[("stored", 2)]));
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_bodies_are_read() {
    let server = Server::start();
    let body = gzip(json!({ "events": [event("a"), event("b")] }).to_string().as_bytes());
    let call = server.page("/api/telemetry/batch").header("content-type", "application/json");
    let answer = call.header("content-encoding", "gzip").send(body).expect(200);
    assert_eq!(answer.json()["accepted"], 2);
}

fn report(server: &Server, kind: &str) -> Value {
    json!({
        "type": kind, "time": NOW, "status": "error", "message": "boom", "name": "x",
        "apikey": server.key, "uuid": "page-1", "userId": "", "sdkVersion": "4.0.2",
        "pageUrl": "https://shop.example/cart", "deviceInfo": {},
    })
}

#[test]
fn web_see_reports_come_by_beacon_fetch_and_image() {
    let server = Server::start();
    for path in ["/reportData", "/api/report"] {
        let at = |n: i64| {
            let mut one = report(&server, "error");
            one["time"] = json!(NOW + n);
            one["message"] = json!(format!("{path} {n}"));
            one
        };
        let beacon = server.post(path).header("origin", ORIGIN);
        let beacon = beacon.header("content-type", "text/plain;charset=UTF-8");
        let answer = beacon.send(at(1).to_string().as_str()).expect(200);
        assert_eq!(answer.json(), json!({ "code": 0, "message": "ok" }));
        server.post(path).header("origin", ORIGIN).send(json!([at(2), at(3)])).expect(200);
        let data: String = at(4).to_string().bytes().map(|b| format!("%{b:02X}")).collect();
        let image = server.get(&format!("{path}?data={data}")).header("origin", ORIGIN);
        assert_eq!(image.send("").expect(200).json()["code"], 0);
    }
    assert_eq!(server.ledger(), reasons(&[("stored", 8)]));
}

#[test]
fn an_unknown_web_see_type_is_refused_in_its_own_words() {
    let server = Server::start();
    let mut unknown = report(&server, "x");
    unknown["type"] = json!(7);
    let answer = server.post("/reportData").header("origin", ORIGIN).send(unknown).expect(400);
    let reply = answer.json();
    assert_eq!(reply["code"], 400);
    assert!(reply["message"].as_str().unwrap().contains("type"), "{reply}");
    assert_eq!(server.ledger().values().sum::<u64>(), 1);
}

#[test]
fn logs_come_one_by_one_and_in_batches() {
    let server = Server::start();
    let line = |message: &str| {
        json!({
            "deviceId": "d1", "timestamp": "2026-09-21T14:13:20Z", "level": "error",
            "message": message, "tags": ["pay"],
        })
    };
    let answer = server.page("/api/logs").send(line("one")).expect(200).json();
    assert_eq!(answer["success"], true);
    assert_eq!(answer["data"]["accepted"], 1);
    assert_eq!(answer["data"]["ids"].as_array().unwrap().len(), 1);
    let lines = json!([line("two"), { "deviceId": "d1" }, line("三")]);
    let answer = server.page("/api/logs").send(lines).expect(200).json();
    assert_eq!((&answer["data"]["accepted"], &answer["data"]["rejected"]), (&json!(2), &json!(1)));
    assert_eq!(answer["data"]["errors"][0]["index"], 1);
    assert_eq!(answer["data"]["errors"][0]["field"], "message");
    let answer = server.page("/api/logs").send(json!({ "deviceId": "d1" })).expect(400).json();
    assert_eq!(answer["success"], false);
    assert_eq!(answer["error"]["field"], "message");
    assert_eq!(server.ledger(), reasons(&[("stored", 3), ("schema", 2)]));
}

#[test]
fn the_sdk_config_is_cached_by_its_etag() {
    let server = Server::start();
    let path = format!("/api/telemetry/config?key={}", server.key);
    let answer = server.get(&path).header("origin", ORIGIN).send("").expect(200);
    let (etag, config) = (answer.header("etag").to_owned(), answer.json());
    assert!(config.is_object(), "{config}");
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    let again = server.get(&path).header("if-none-match", &etag).send("").expect(304);
    assert_eq!((again.text.as_str(), again.header("etag")), ("", etag.as_str()));

    let mut settings = server.store.control.settings(server.shop).unwrap().settings;
    settings.enabled = false;
    server.put_settings(settings);
    let changed = server.get(&path).header("if-none-match", &etag).send("").expect(200);
    assert_ne!(changed.header("etag"), etag);
    server.get("/api/telemetry/config?key=sbp_nobody").send("").expect(403);
}

#[test]
fn preflights_and_answers_name_the_exact_origin() {
    let server = Server::start();
    for path in [
        "/api/telemetry/batch",
        "/reportData",
        "/api/report",
        "/api/logs",
        "/api/devices/heartbeat",
    ] {
        let preflight = |origin: &str| {
            let call = server.call("OPTIONS", path).header("origin", origin);
            let call = call.header("access-control-request-method", "POST");
            call.header("access-control-request-headers", "x-api-key,content-type").send("")
        };
        let answer = preflight(ORIGIN).expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
        assert_eq!(answer.header("access-control-max-age"), "7200");
        assert!(answer.header("access-control-allow-headers").contains("x-api-key"));
        assert!(answer.header("access-control-allow-methods").contains("POST"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(answer.headers.get_all("vary").iter().any(|v| v == "origin"));
        for foreign in ["https://evil.example", "https://shop.example.evil.example", "null"] {
            let answer = preflight(foreign).expect(403);
            assert_eq!(answer.header("access-control-allow-origin"), "", "{foreign}");
        }
    }
    // Also an error can be read by the page that caused it, and only by it.
    let answer = server.page("/api/telemetry/batch").send("{").expect(400);
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    assert!(answer.header("access-control-expose-headers").contains("retry-after"));
    let answer = server.get("/api/version").header("origin", ORIGIN).send("").expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "", "the rest is for our own page");
}

#[test]
fn ping_and_health_answer_everybody() {
    let server = Server::start();
    assert_eq!(server.get("/api/ping").send("").expect(200).json(), json!({ "ok": true }));
    let health = server.get("/system/health").send("").expect(200).json();
    assert_eq!(health["status"], "ok", "{health}");
}

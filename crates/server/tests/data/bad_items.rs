//! Items that cannot be taken, in batches whose other items can.

use serde_json::{Value, json};

use crate::support::{NOW, Server, event, reasons};

/// Sends the bad item between two good ones and returns its error.
fn between(server: &Server, bad: Value) -> Value {
    let reply = server.batch(json!([event("before"), bad, event("after")])).expect(200).json();
    assert_eq!((&reply["accepted"], &reply["rejected"]), (&json!(2), &json!(1)), "{reply}");
    assert_eq!(reply["errors"].as_array().unwrap().len(), 1);
    assert_eq!(reply["errors"][0]["index"], 1);
    reply["errors"][0].clone()
}

#[test]
fn wrong_types_name_the_field() {
    for (bad, field) in [
        (json!({ "type": "event", "ts": NOW, "name": { "a": 1 } }), "name"),
        (json!({ "type": "event", "ts": NOW }), "name"),
        (json!({ "type": 7, "ts": NOW, "name": "x" }), "type"),
        (json!({ "type": "event", "ts": "soon", "name": "x" }), "ts"),
    ] {
        let server = Server::start();
        let error = between(&server, bad.clone());
        assert_eq!(error["field"], field, "{bad}: {error}");
        assert!(["schema", "time", "unknown_kind"].contains(&error["code"].as_str().unwrap()));
        assert_eq!(server.ledger().values().sum::<u64>(), 3);
    }
    let server = Server::start();
    let error = between(&server, json!("not an object"));
    assert_eq!(error["code"], "schema", "{error}");
}

#[test]
fn an_unknown_kind_is_counted_and_said() {
    let server = Server::start();
    let error = between(&server, json!({ "type": "teleport", "ts": NOW }));
    assert_eq!(error["code"], "unknown_kind");
    assert_eq!(server.ledger(), reasons(&[("stored", 2), ("unknown_kind", 1)]));
    // A batch of nothing else is a failure, so that a sender who reads only statuses learns it.
    let answer = server.batch(json!([{ "type": "teleport", "ts": NOW }])).expect(400).json();
    assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!("unknown_kind")));
    assert_eq!(answer["errors"][0]["index"], 0);
}

#[test]
fn over_long_fields_are_cut_and_over_large_properties_refused_or_cut() {
    let server = Server::start();
    let mut long = event("long");
    long["name"] = json!("n".repeat(100_000));
    long["release"] = json!("版".repeat(10_000));
    let mut wide = event("wide");
    wide["props"] = json!({ "text": "x".repeat(60_000), "kept": 1 });
    let reply = server.batch(json!([long, wide, event("ok")])).expect(200).json();
    let (accepted, rejected) = (&reply["accepted"], &reply["rejected"]);
    assert_eq!(accepted.as_u64().unwrap() + rejected.as_u64().unwrap(), 3, "{reply}");
    assert!(accepted.as_u64().unwrap() >= 2, "{reply}");
    assert_eq!(server.ledger().values().sum::<u64>(), 3);

    server.settle();
    let rows = server.read("/api/projects/shop/events/long").expect(200).json();
    let name = rows["items"][0]["name"].as_str().unwrap();
    assert!(name.chars().count() <= 512, "{} characters", name.chars().count());
}

#[test]
fn clocks_that_are_wrong_by_decades_are_corrected_or_refused_but_never_believed() {
    let server = Server::start();
    let at = |id: &str, ts: i64| {
        let mut one = event(id);
        one["ts"] = json!(ts);
        one
    };
    // 1970, and 3000.
    let events = json!([at("past", 5), event("now"), at("future", 32_503_680_000_000)]);
    let reply = server.batch(events).expect(200).json();
    let ledger = server.ledger();
    assert_eq!(ledger.values().sum::<u64>(), 3);
    assert_eq!(reply["accepted"], ledger["stored"], "{reply}");
    assert!(reply["accepted"].as_u64().unwrap() >= 1);
    server.settle();
    let list = server.read("/api/projects/shop/events?from=86400000000&to=%2B0000").status;
    assert_eq!(list, 422, "a time that is none");
    let list = server.read("/api/projects/shop/events?from=-365d").expect(200).json();
    for item in list["items"].as_array().unwrap() {
        let ts = item["ts"].as_i64().unwrap();
        assert!((ts - NOW).abs() < 31 * 86_400_000, "{item}");
    }
    assert_eq!(list["items"].as_array().unwrap().len() as u64, ledger["stored"]);
}

#[test]
fn the_same_id_with_another_body_keeps_the_first() {
    let server = Server::start();
    let named = |name: &str| {
        let mut one = event("same");
        one["name"] = json!(name);
        one
    };
    server.batch(json!([named("first")])).expect(200);
    let reply = server.batch(json!([named("first")])).expect(200).json();
    assert_eq!((&reply["ok"], &reply["duplicates"]), (&json!(true), &json!(1)));
    let reply = server.batch(json!([named("second"), event("new")])).expect(200).json();
    assert_eq!((&reply["accepted"], &reply["duplicates"]), (&json!(1), &json!(1)));
    let want = reasons(&[("stored", 2), ("same_id", 1), ("id_conflict", 1)]);
    assert_eq!(server.ledger(), want);
    server.settle();
    let rows = server.read("/api/projects/shop/events/same").expect(200).json();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    assert_eq!(rows["items"][0]["name"], "first");
}

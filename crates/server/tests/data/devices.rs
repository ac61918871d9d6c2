//! Devices: what makes one online, what makes it offline, and what is refused.

use serde_json::{Value, json};

use crate::ingest::gzip;
use crate::support::{NOW, Server, reasons};

const HEARTBEAT: &str = "/api/devices/heartbeat";

fn beat(server: &Server, body: Value) -> Value {
    let answer = server.page(HEARTBEAT).send(body).expect(200).json();
    server.settle();
    answer["data"].clone()
}

fn list(server: &Server, query: &str) -> Value {
    server.read(&format!("/api/projects/shop/devices?{query}")).expect(200).json()
}

/// The state of every device, by name.
fn states(server: &Server) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let devices = list(server, "");
    let devices = devices["items"].as_array().unwrap().iter();
    devices.map(|d| (text(&d["device"]), text(&d["state"]))).collect()
}

fn is(device: &str, state: &str) -> (String, String) {
    (device.to_owned(), state.to_owned())
}

#[test]
fn a_heartbeat_makes_a_device_online_and_silence_offline() {
    let server = Server::start();
    let taken = beat(&server, json!({ "deviceId": "d1" }));
    assert_eq!(taken, json!({ "accepted": 1, "duplicates": 0, "rejected": 0, "errors": [] }));
    let d1 = json!({
        "device": "d1", "state": "online", "status": "online",
        "firstSeen": NOW, "lastSeen": NOW, "statusAt": NOW,
    });
    assert_eq!(list(&server, ""), json!({ "items": [d1], "nextCursor": null }));

    server.clock.advance(119_000);
    assert_eq!(states(&server), [is("d1", "online")]);
    server.clock.advance(1_000);
    assert_eq!(states(&server), [is("d1", "offline")]);

    let mut settings = server.store.control.settings(server.shop).unwrap().settings;
    settings.devices.offline_after_seconds = 600;
    server.put_settings(settings);
    assert_eq!(states(&server), [is("d1", "online")], "the project says how long");
}

#[test]
fn a_device_that_says_so_is_offline_until_it_is_heard_of_again() {
    let server = Server::start();
    beat(&server, json!({ "deviceId": "d1", "status": "busy", "timestamp": NOW - 9_000 }));
    beat(&server, json!({ "deviceId": "d1", "status": "Offline", "timestamp": NOW - 5_000 }));
    assert_eq!(states(&server), [is("d1", "offline")]);
    // What arrives late is not what was last.
    beat(&server, json!({ "deviceId": "d1", "timestamp": NOW - 7_000 }));
    assert_eq!(states(&server), [is("d1", "offline")]);
    assert_eq!(list(&server, "")["items"][0]["status"], "Offline");

    let line = json!({ "deviceId": "d1", "message": "back", "timestamp": NOW - 1_000 });
    server.page("/api/logs").send(line).expect(200);
    server.settle();
    let device = list(&server, "")["items"][0].clone();
    assert_eq!((&device["state"], &device["status"]), (&json!("online"), &json!("Offline")));
    assert_eq!(
        (&device["firstSeen"], &device["lastSeen"]),
        (&json!(NOW - 9_000), &json!(NOW - 1_000))
    );
    assert_eq!(device["statusAt"], NOW - 5_000);
}

#[test]
fn lines_of_a_device_are_enough() {
    let server = Server::start();
    let lines = json!([
        { "deviceId": "d2", "message": "one" }, { "deviceId": "d1", "message": "two" },
        { "message": "of nobody" },
    ]);
    server.page("/api/logs").send(lines).expect(200);
    server.settle();
    assert_eq!(states(&server), [is("d1", "online"), is("d2", "online")]);
    assert_eq!(list(&server, "")["items"][0]["status"], Value::Null);
    assert_eq!(list(&server, "")["items"][0]["statusAt"], Value::Null);
}

#[test]
fn bad_heartbeats_cost_only_themselves_and_the_ledger_adds_up() {
    let server = Server::start();
    let batch = json!({ "devices": [
        { "deviceId": "d1", "timestamp": NOW }, { "status": "online" },
        { "deviceId": "d2", "timestamp": "soon" }, 7, { "deviceId": "d3", "status": ["x"] },
        { "deviceId": "d1", "timestamp": NOW },
    ]});
    let taken = beat(&server, batch.clone());
    let counts = |taken: &Value| {
        ["accepted", "duplicates", "rejected"].map(|name| taken[name].as_u64().unwrap())
    };
    assert_eq!(counts(&taken), [1, 1, 4]);
    let told = taken["errors"].as_array().unwrap().iter();
    let told: Vec<_> = told.map(|e| json!([e["index"], e["code"], e["field"]])).collect();
    let expected = [
        json!([1, "schema", "deviceId"]),
        json!([2, "time", "timestamp"]),
        json!([3, "schema", null]),
        json!([4, "schema", "status"]),
    ];
    assert_eq!(told, expected);

    let zipped = gzip(batch["devices"][0].to_string().as_bytes());
    let again = server.page("/api/devices/status").header("content-encoding", "gzip");
    let again = again.header("content-type", "application/json").send(zipped).expect(200).json();
    assert_eq!(counts(&again["data"]), [0, 1, 0], "a retry, at the other door");
    let alone = server.page(HEARTBEAT).send(json!({ "deviceId": "" })).expect(400).json();
    assert_eq!((&alone["success"], &alone["error"]["field"]), (&json!(false), &json!("deviceId")));
    server.post(HEARTBEAT).send(json!({ "deviceId": "d1" })).expect(403);
    server.settle();
    assert_eq!(states(&server), [is("d1", "online")]);
    let ledger = reasons(&[("stored", 1), ("same_id", 2), ("schema", 4), ("time", 1)]);
    assert_eq!(server.ledger(), ledger);
}

#[test]
fn devices_are_searched_and_listed_page_by_page() {
    let server = Server::start();
    let fleet: Vec<_> = (0..7).map(|n| json!({ "deviceId": format!("pump-{n}") })).collect();
    beat(&server, json!(fleet));
    beat(&server, json!([{ "deviceId": "pump-3", "status": "offline" }, { "deviceId": "door" }]));
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|d| d["device"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&list(&server, "state=offline")), ["pump-3"]);
    assert_eq!(names(&list(&server, "q=DOO&state=online")), ["door"]);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&server, &format!("q=pump&limit=3&cursor={cursor}"));
        seen.extend(names(&page));
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = next.to_owned();
    }
    assert_eq!(seen, (0..7).map(|n| format!("pump-{n}")).collect::<Vec<_>>());
    for wrong in ["state=gone", "limit=0", "limit=501", "cursor=%21", "colour=red"] {
        let problem = server.read(&format!("/api/projects/shop/devices?{wrong}")).expect(422);
        let field = problem.json()["field"].clone();
        assert_eq!(field, wrong.split('=').next().unwrap(), "{wrong}");
    }
}

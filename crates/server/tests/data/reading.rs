//! What went in comes out again: lists, questions, timelines, recordings, files.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use store::control::{AuditQuery, Role};

use crate::ingest::gzip;
use crate::support::{NOW, ORIGIN, Server, event};

const EVENTS: &str = "/api/projects/shop/events";

/// Twelve API calls over three releases and minutes, four of them failed.
fn calls() -> Vec<Value> {
    (0..12i64)
        .map(|n| {
            json!({
                "type": "api", "name": "GET /cart", "eventId": format!("call-{n}"),
                "ts": NOW - n * 20_000, "durationMs": 100 + n * 10,
                "status": if n % 3 == 0 { 500 } else { 200 },
                "release": format!("1.{}", n % 3), "sessionId": format!("s{}", n % 2),
                "user": { "id": format!("u{}", n % 4) },
            })
        })
        .collect()
}

fn with_calls() -> Server {
    let server = Server::start();
    let reply = server.batch(json!(calls())).expect(200).json();
    assert_eq!(reply["accepted"], 12, "{reply}");
    server.settle();
    server
}

fn ask(server: &Server, question: Value) -> crate::support::Answer {
    let call = server.post("/api/projects/shop/query");
    call.header("authorization", &format!("Bearer {}", server.secret)).send(question)
}

#[test]
fn questions_are_answered_like_a_calculation_over_the_same_events() {
    let server = with_calls();
    let answer = ask(
        &server,
        json!({
            "dataset": "events", "from": "-1h", "to": NOW + 1, "groupBy": ["release"],
            "where": [{ "field": "kind", "op": "eq", "value": "api" }],
            "measures": [
                { "as": "n", "fn": "count" },
                { "as": "users", "fn": "uniques", "field": "user" },
                { "as": "slowest", "fn": "max", "field": "durationMs" },
                { "as": "failed", "fn": "rate",
                  "where": [{ "field": "status", "op": "gte", "value": 500 }] },
            ],
            "orderBy": [{ "by": "release", "dir": "asc" }],
        }),
    );
    let table = answer.expect(200).json();
    let columns: Vec<&str> =
        table["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(columns, ["release", "n", "users", "slowest", "failed"]);
    for (index, row) in table["rows"].as_array().unwrap().iter().enumerate() {
        let mine: Vec<Value> =
            calls().into_iter().filter(|c| c["release"] == format!("1.{index}")).collect();
        let users: BTreeSet<_> = mine.iter().map(|c| c["user"]["id"].to_string()).collect();
        let slowest = mine.iter().map(|c| c["durationMs"].as_i64().unwrap()).max().unwrap();
        let failed = mine.iter().filter(|c| c["status"] == 500).count();
        assert_eq!(row[1].as_f64().unwrap(), mine.len() as f64, "{row}");
        assert_eq!(row[2].as_f64().unwrap(), users.len() as f64, "{row}");
        assert_eq!(row[3].as_f64().unwrap(), slowest as f64, "{row}");
        assert_eq!(row[4].as_f64().unwrap(), failed as f64 / mine.len() as f64, "{row}");
    }
    assert_eq!(table["rows"].as_array().unwrap().len(), 3);
}

#[test]
fn a_wrong_question_names_the_part_that_is_wrong() {
    let server = Server::start();
    let base = || json!({ "dataset": "events", "from": "-1h", "measures": [{ "as": "n", "fn": "count" }] });
    for (field, member, value) in [
        ("dataset", "dataset", json!("users")),
        ("from", "from", json!("yesterday")),
        ("timezone", "timezone", json!("Mars/Olympus")),
        ("where[0].op", "where", json!([{ "field": "kind", "op": "like", "value": "x" }])),
        ("where[0].field", "where", json!([{ "field": "1; DROP", "op": "eq", "value": "x" }])),
        ("groupBy[0]", "groupBy", json!(["nothing"])),
        ("measures[0].fn", "measures", json!([{ "as": "n", "fn": "guess" }])),
        ("extra", "extra", json!(1)),
    ] {
        let mut question = base();
        question[member] = value;
        let problem = ask(&server, question).expect(422);
        assert_eq!(problem.header("content-type"), "application/problem+json");
        assert_eq!(problem.json()["field"], field, "{}", problem.text);
        assert_eq!(problem.json()["code"], "invalid_field");
    }
}

#[test]
fn lists_page_through_everything_once() {
    let server = with_calls();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.read(&format!("{EVENTS}?limit=5&cursor={cursor}")).expect(200).json();
        for item in page["items"].as_array().unwrap() {
            seen.push(item["eventId"].as_str().unwrap().to_owned());
        }
        // Newer events do not shift the pages that follow.
        server.batch(json!([event(&format!("late-{}", seen.len()))])).expect(200);
        server.settle();
        match page["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let want: Vec<String> = (0..12).map(|n| format!("call-{n}")).collect();
    assert_eq!(seen, want);
    let some = server.read(&format!("{EVENTS}?kind=api&release=1.1,1.2&session=s0")).json();
    assert_eq!(some["items"].as_array().unwrap().len(), 4, "{some}");
    assert_eq!(server.read(&format!("{EVENTS}?limit=0")).expect(422).json()["field"], "limit");
    assert_eq!(server.read(&format!("{EVENTS}?nope=1")).expect(422).json()["field"], "nope");
    server.read(&format!("{EVENTS}?cursor=forged")).expect(422);
}

#[test]
fn one_event_has_every_field_it_came_with() {
    let server = Server::start();
    let sent = json!({
        "type": "error", "ts": NOW, "eventId": "e1", "message": "boom", "stack": "Error: boom\n at a",
        "release": "2.0", "url": "https://shop.example/cart?token=hidden", "props": { "b": 1, "a": "x" },
        "fatal": true,
    });
    server.batch(json!([sent])).expect(200);
    server.settle();
    let rows = server.read(&format!("{EVENTS}/e1")).expect(200).json();
    let row = &rows["items"][0];
    assert_eq!(
        (&row["kind"], &row["message"], &row["fatal"]),
        (&json!("error"), &json!("boom"), &json!(true))
    );
    assert_eq!(row["props"], json!({ "b": 1, "a": "x" }));
    assert!(row["extra"].is_object() && !row["fingerprint"].as_str().unwrap().is_empty(), "{row}");
    assert!(!rows.to_string().contains("hidden"), "{rows}");
    server.read(&format!("{EVENTS}/nobody")).expect(404);
}

#[test]
fn logs_are_found_by_level_device_tag_and_chinese_text() {
    let server = Server::start();
    let line = |id: &str, device: &str, level: &str, message: &str| {
        json!({ "id": id, "deviceId": device, "timestamp": NOW, "level": level,
                "message": message, "tags": [format!("t-{device}")] })
    };
    let lines = json!([
        line("1", "d1", "error", "支付失败，请重试"),
        line("2", "d1", "info", "started"),
        line("3", "d2", "warn", "Payment slow"),
    ]);
    assert_eq!(server.page("/api/logs").send(lines).expect(200).json()["data"]["accepted"], 3);
    server.settle();
    let found = |query: &str| -> Vec<String> {
        let page = server.read(&format!("/api/projects/shop/logs?{query}")).expect(200).json();
        let mut ids: Vec<String> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["id"].as_str().unwrap().into())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(found("level=ERROR,WARN"), ["1", "3"]);
    assert_eq!(found("device=d1"), ["1", "2"]);
    assert_eq!(found("tag=t-d2"), ["3"]);
    assert_eq!(found("q=%E5%A4%B1%E8%B4%A5"), ["1"]);
    assert_eq!(found("q=payment&level=WARN"), ["3"]);
    assert_eq!(found("to=-1h&from=-2h"), Vec::<String>::new());
}

#[test]
fn a_session_is_told_from_its_first_event_on() {
    let server = with_calls();
    let timeline = server.read("/api/projects/shop/sessions/s1").expect(200).json();
    let times: Vec<i64> =
        timeline["items"].as_array().unwrap().iter().map(|e| e["ts"].as_i64().unwrap()).collect();
    assert_eq!(times.len(), 6);
    assert!(times.is_sorted());
    assert_eq!(timeline["summary"]["events"], 6);
    assert_eq!(timeline["summary"]["start"], times[0]);
    let short = server.read("/api/projects/shop/sessions/s1?limit=2").expect(200).json();
    assert_eq!((short["items"].as_array().unwrap().len(), &short["truncated"]), (2, &json!(true)));
    server.read("/api/projects/shop/sessions/nobody").expect(404);
}

#[test]
fn a_recording_comes_back_playable() {
    let server = Server::start();
    let segment = |n: i64| {
        let at = NOW - 10_000 + n * 1000;
        let events = json!([
            { "type": 4, "data": { "href": "https://shop.example/", "width": 1, "height": 1 },
              "timestamp": at },
            { "type": 3, "data": { "source": 1 }, "timestamp": at + 500 },
        ]);
        json!({
            "type": "recordScreen", "time": at + 600, "status": "ok", "recordScreenId": "r1",
            "events": STANDARD.encode(gzip(STANDARD.encode(events.to_string()).as_bytes())),
            "apikey": server.key, "uuid": "p1", "userId": "", "sdkVersion": "4.0.2",
            "pageUrl": "https://shop.example/", "deviceInfo": {},
        })
    };
    for n in 0..3 {
        server.post("/reportData").header("origin", ORIGIN).send(segment(n)).expect(200);
    }
    server.settle();
    let list = server.read("/api/projects/shop/recordings").expect(200).json();
    assert_eq!(list["items"][0]["recordingId"], "r1", "{list}");
    assert_eq!(
        (&list["items"][0]["segments"], &list["items"][0]["events"]),
        (&json!(3), &json!(6))
    );
    let recording = server.read("/api/projects/shop/recordings/r1").expect(200).json();
    let events = recording["events"].as_array().unwrap();
    let times: Vec<i64> = events.iter().map(|e| e["timestamp"].as_i64().unwrap()).collect();
    assert_eq!(times, [0, 500, 1000, 1500, 2000, 2500].map(|t| NOW - 10_000 + t));
    assert_eq!((&recording["missing"], &recording["truncated"]), (&json!(0), &json!(false)));
    server.read("/api/projects/shop/recordings/nobody").expect(404);
}

#[test]
fn an_exported_sheet_runs_no_formula_and_keeps_its_numbers() {
    let server = Server::start();
    let evil = ["=HYPERLINK(\"http://evil\",\"x\")", "+1+1", "-2+3", "@SUM(A1)"];
    let lines: Vec<Value> = evil
        .iter()
        .map(|message| json!({ "deviceId": "d", "level": "info", "timestamp": NOW, "message": message }))
        .collect();
    server.page("/api/logs").send(json!(lines)).expect(200);
    server.settle();
    let answer = server.read("/api/projects/shop/logs/export?format=csv").expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"logs.csv\"");
    let rows: Vec<&str> = answer.text.lines().collect();
    assert!(rows[0].starts_with("ts,receivedAt,"), "{}", rows[0]);
    assert_eq!(rows.len(), 1 + evil.len(), "{}", answer.text);
    for row in &rows[1..] {
        assert!(row.starts_with(&NOW.to_string()), "a number stays one: {row}");
    }
    for cell in ["\"'=HYPERLINK(", ",'+1+1,", ",'-2+3,", ",'@SUM(A1),"] {
        assert!(answer.text.contains(cell), "{cell} in {}", answer.text);
    }
    let answer = server.read("/api/projects/shop/logs/export?format=ndjson&limit=2").expect(200);
    let rows: Vec<Value> = answer.text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(rows.len(), 2);
    let wrong = server.read("/api/projects/shop/events/export?format=xlsx").expect(422);
    assert_eq!(wrong.json()["field"], "format");
}

#[test]
fn an_export_has_every_row_of_a_long_list() {
    let server = Server::start();
    for batch in 0..8 {
        let events: Vec<Value> = (0..400).map(|n| event(&format!("{batch}-{n}"))).collect();
        server.batch(json!(events)).expect(200);
    }
    server.settle();
    let answer = server.read(&format!("{EVENTS}/export?format=ndjson")).expect(200);
    let ids: BTreeSet<String> = answer
        .text
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["eventId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((ids.len(), answer.text.lines().count()), (3200, 3200));
}

#[test]
fn a_person_can_be_copied_and_erased_and_the_trail_says_by_whom() {
    let server = with_calls();
    let operator = server.sign_in("olga", Role::Operator, &[server.shop]);
    let copy = operator.get("/api/projects/shop/users/u1/export").expect(200);
    assert_eq!(copy.header("content-type"), "application/x-ndjson");
    assert_eq!(copy.text.lines().count(), 3, "{}", copy.text);
    // One more that is acknowledged but may still be on its way.
    let mut last = calls().remove(1);
    last["eventId"] = json!("last");
    server.batch(json!([last])).expect(200);
    let erased = operator.call("DELETE", "/api/projects/shop/users/u1").send("").expect(200).json();
    assert_eq!(erased["events"], 4, "{erased}");
    let copy = operator.get("/api/projects/shop/users/u1/export").expect(200);
    assert_eq!(copy.text, "");
    let left = server.read(EVENTS).expect(200).json();
    assert_eq!(left["items"].as_array().unwrap().len(), 9);
    let query = AuditQuery { action: Some("subject.".into()), limit: 10, ..AuditQuery::default() };
    let trail = server.store.control.audit_log(&query).unwrap();
    assert_eq!(trail.len(), 3);
    assert!(trail.iter().all(|entry| entry.actor == "olga"));
    assert!(trail.iter().all(|entry| entry.target.len() > "user:u1".len()), "{trail:?}");
}

#[test]
fn the_system_s_figures_agree_with_what_was_sent() {
    let server = with_calls();
    server.batch(json!([{ "type": "teleport" }])).expect(400);
    let admin = server.sign_in("root", Role::Admin, &[]);
    let status = admin.get("/api/system").expect(200).json();
    assert_eq!(status["pressure"], "none");
    assert_eq!(
        (&status["ingest"]["accepted"], &status["ingest"]["invalid"]),
        (&json!(12), &json!(1))
    );
    assert_eq!(status["ingest"]["received"], 13);
    assert_eq!(status["warehouse"]["events"], 12);
    assert_eq!(status["inbox"]["items"], 0);
    assert!(status["disk"]["totalBytes"].as_u64().unwrap() > 0);
    server.get("/api/system").send("").expect(401);
}

//! Questions with answers worked out by hand.

mod warehouse_common;

use model::{Event, Kind, bucket};
use serde_json::{Value, json};
use store::query::QueryError;
use warehouse_common::{NOW, ask, event, holding};

const HOUR: i64 = 3_600_000;

fn timed(ts: i64, name: &str, ms: f64) -> Event {
    Event {
        kind: Kind::Api,
        name: name.into(),
        duration_ms: Some(ms),
        duration_bucket: bucket::of(ms),
        ..event(ts)
    }
}

fn field(error: QueryError) -> String {
    match error {
        QueryError::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    }
}

fn starts(table: &store::query::Table) -> Vec<String> {
    let ms = |row: &Vec<Value>| row[0].as_i64().expect("a time");
    let time = |ms| jiff::Timestamp::from_millisecond(ms).expect("a time").to_string();
    table.rows.iter().map(|row| time(ms(row))).collect()
}

#[tokio::test]
async fn the_folded_rest_is_computed_and_never_summed() {
    let dir = tempfile::tempdir().unwrap();
    let mut events = Vec::new();
    for (path, visitors, ms) in
        [("/a", 0..50, 100.0), ("/b", 0..40, 200.0), ("/c", 0..30, 300.0), ("/d", 10..40, 900.0)]
    {
        for v in visitors {
            let e = timed(NOW - HOUR, path, ms);
            events.push(Event { path: path.into(), visitor: format!("v{v}"), ..e });
        }
    }
    events.push(Event { path: "__other__".into(), ..event(NOW - HOUR) });
    let warehouse = holding(dir.path(), events);
    let table = ask(
        &warehouse,
        json!({"dataset": "events", "from": "-1d", "groupBy": ["path"],
            "measures": [
                {"as": "n", "fn": "count"},
                {"as": "uv", "fn": "uniques", "field": "visitor"},
                {"as": "p50", "fn": "percentile", "field": "durationMs", "p": 50},
                {"as": "p99", "fn": "percentile", "field": "durationMs", "p": 99}],
            "top": {"n": 2, "by": "n"}}),
    )
    .await
    .unwrap();
    let rows: Vec<_> = table.rows.iter().map(|r| (r[0].as_str().unwrap(), &r[1], &r[2])).collect();
    // /c and /d share visitors 10..30: 40 different ones, not 60.
    assert_eq!(rows[0], ("__other__", &json!(61), &json!(40)));
    assert_eq!(rows[1], ("/a", &json!(50), &json!(50)));
    assert_eq!(rows[2], ("/b", &json!(40), &json!(40)));
    let p = |row: usize, column: usize| table.rows[row][column].as_f64().unwrap();
    assert!((p(0, 3) - 300.0).abs() <= 3.1 && (p(0, 4) - 900.0).abs() <= 9.1);
    let by_percentile = ask(
        &warehouse,
        json!({"dataset": "events", "from": "-1d", "groupBy": ["path"],
            "measures": [{"as": "p50", "fn": "percentile", "field": "durationMs", "p": 50}],
            "top": {"n": 1, "by": "p50"}, "orderBy": [{"by": "p50", "dir": "desc"}]}),
    )
    .await
    .unwrap();
    let names: Vec<_> = by_percentile.rows.iter().map(|r| r[0].as_str().unwrap()).collect();
    assert_eq!(names, ["/d", "__other__"]);
}

#[tokio::test]
async fn weights_undo_sampling() {
    let dir = tempfile::tempdir().unwrap();
    let sampled =
        |rate, ok, ms| Event { sample_rate: rate, ok: Some(ok), ..timed(NOW - HOUR, "GET /x", ms) };
    let events =
        vec![sampled(0.1, true, 10.0), sampled(1.0, false, 1000.0), sampled(0.5, true, 20.0)];
    let warehouse = holding(dir.path(), events);
    let table = ask(
        &warehouse,
        json!({"dataset": "events", "from": "-1d", "measures": [
            {"as": "n", "fn": "count"},
            {"as": "w", "fn": "weightedCount"},
            {"as": "rate", "fn": "rate", "where": [{"field": "ok", "op": "eq", "value": true}]},
            {"as": "sum", "fn": "sum", "field": "durationMs"},
            {"as": "avg", "fn": "avg", "field": "durationMs"},
            {"as": "p50", "fn": "percentile", "field": "durationMs", "p": 50},
            {"as": "max", "fn": "max", "field": "durationMs"}]}),
    )
    .await
    .unwrap();
    let row: Vec<f64> = table.rows[0].iter().map(|v| v.as_f64().unwrap()).collect();
    let want = [3.0, 13.0, 12.0 / 13.0, 1140.0, 1140.0 / 13.0, 10.0, 1000.0];
    for (got, want) in row.iter().zip(want) {
        assert!((got - want).abs() <= want * 0.0101, "{row:?}");
    }
}

#[tokio::test]
async fn local_days_and_hours_follow_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let mut events = Vec::new();
    // Every half hour over both changes of New York in 2026, and that of Lord Howe.
    for (from, days) in [("2026-03-07T00:00:00Z", 4), ("2026-10-31T00:00:00Z", 4)] {
        events.extend((0..days * 48).map(|i| event(at(from) + i * HOUR / 2)));
    }
    events.extend((0..8).map(|i| event(at("2026-04-04T13:30:00Z") + i * HOUR / 2)));
    let warehouse = holding(dir.path(), events);
    let count = async |zone: &str, from: &str, to: &str, interval: &str| {
        ask(
            &warehouse,
            json!({"dataset": "events", "from": from, "to": to, "timezone": zone,
                "interval": interval, "measures": [{"as": "n", "fn": "count"}]}),
        )
        .await
        .unwrap()
    };
    let counts =
        |t: &store::query::Table| t.rows.iter().map(|r| r[1].as_i64().unwrap()).collect::<Vec<_>>();
    let ny = "America/New_York";
    let spring = count(ny, "2026-03-07T00:00:00", "2026-03-10T00:00:00", "1d").await;
    assert_eq!(counts(&spring), [48, 46, 48]);
    assert_eq!(spring.meta.buckets.len(), 3);
    assert_eq!(starts(&spring)[2], "2026-03-09T04:00:00Z");
    let autumn = count(ny, "2026-10-31T00:00:00", "2026-11-03T00:00:00", "1d").await;
    assert_eq!(counts(&autumn), [48, 50, 48]);
    let hours = count(ny, "2026-11-01T00:00:00", "2026-11-01T04:00:00", "1h").await;
    assert_eq!(counts(&hours), [2; 5], "the hour that happens twice is two buckets");
    let week = count(ny, "2026-03-07T00:00:00", "2026-03-10T00:00:00", "1w").await;
    assert_eq!(counts(&week), [94, 48], "weeks begin on Monday");
    let india = count("Asia/Kolkata", "2026-03-07T05:30:00", "2026-03-07T07:30:00", "1h").await;
    assert_eq!(counts(&india), [1, 2, 1]);
    assert_eq!(starts(&india)[1], "2026-03-07T00:30:00Z");
    let howe =
        count("Australia/Lord_Howe", "2026-04-04T13:30:00Z", "2026-04-04T17:00:00Z", "1h").await;
    assert_eq!(
        starts(&howe),
        [
            "2026-04-04T13:00:00Z",
            "2026-04-04T14:00:00Z",
            "2026-04-04T15:00:00Z",
            "2026-04-04T15:30:00Z",
            "2026-04-04T16:30:00Z"
        ]
    );
    assert_eq!(counts(&howe), [1, 2, 1, 2, 1]);
    let auto = count("UTC", "2026-03-07T00:00:00", "2026-03-10T00:00:00", "auto").await;
    assert_eq!(auto.meta.interval_ms, Some(HOUR));
}

#[tokio::test]
async fn texts_are_only_ever_texts() {
    let dir = tempfile::tempdir().unwrap();
    let nasty = [
        "' OR 1=1 --",
        "'; DROP TABLE events; --",
        "100%_sure",
        "$1",
        "\\",
        "\"",
        "中文 错误\u{0}",
        "{\"a\":1}",
        "__other__",
        "\u{1f}",
    ];
    let events = nasty.iter().map(|text| Event {
        name: (*text).into(),
        message: format!("<{text}>"),
        props: json!({*text: *text, "n": 5}).to_string(),
        kind: Kind::Error,
        ..event(NOW - HOUR)
    });
    let mut events: Vec<_> = events.collect();
    events.push(Event { props: "{broken".into(), extra: "[]".into(), ..event(NOW - HOUR) });
    events.push(Event { props: "{\"n\": 1e999, \"x\": \"\\ud800\"}".into(), ..event(NOW - HOUR) });
    let warehouse = holding(dir.path(), events);
    let count = async |filter: Value, group: Value| {
        let query = json!({"dataset": "events", "from": "-1d", "where": filter, "groupBy": group,
            "measures": [{"as": "n", "fn": "count"}]});
        ask(&warehouse, query).await.map(|t| t.rows)
    };
    for text in nasty {
        for (op, field) in [("eq", "name"), ("contains", "message"), ("startsWith", "name")] {
            let value = if op == "contains" { format!("<{text}>") } else { text.to_owned() };
            let filter = json!([{"field": field, "op": op, "value": value}]);
            let rows = count(filter, json!([])).await.unwrap();
            assert_eq!(rows, [[json!(1)]], "{op} {text:?}");
        }
        let key = format!("props.{text}");
        let filter = json!([{"field": key, "op": "eq", "value": text}]);
        match count(filter, json!([key])).await {
            Ok(rows) => assert_eq!(rows, [[json!(text), json!(1)]], "{text:?}"),
            Err(error) => {
                assert!(text.chars().any(char::is_control), "{text:?}: {error}");
                assert_eq!(field(error), "where[0].field");
            }
        }
    }
    let numbers = count(json!([{"field": "props.n", "op": "gte", "value": 5}]), json!([])).await;
    assert_eq!(numbers.unwrap(), [[json!(10)]]);
    let all = count(json!([{"field": "name", "op": "ne", "value": "x"}]), json!([])).await;
    assert_eq!(all.unwrap(), [[json!(12)]]);
    let missing = count(json!([{"field": "status", "op": "missing"}]), json!([])).await;
    assert_eq!(missing.unwrap(), [[json!(12)]]);
}

#[tokio::test]
async fn errors_name_the_member() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = holding(dir.path(), vec![]);
    let base =
        json!({"dataset": "events", "from": "-1d", "measures": [{"as": "n", "fn": "count"}]});
    let cases = [
        ("/dataset", json!("users"), "dataset"),
        ("/from", json!("soon"), "from"),
        ("/to", json!(1), "to"),
        ("/timezone", json!("Mars/Base"), "timezone"),
        ("/surprise", json!(1), "surprise"),
        ("/where", json!([{"field": "name", "op": "like", "value": "x"}]), "where[0].op"),
        ("/where", json!([{"field": "nom", "op": "eq", "value": "x"}]), "where[0].field"),
        ("/where", json!([{"field": "name", "op": "gt", "value": "x"}]), "where[0].op"),
        ("/where", json!([{"field": "status", "op": "eq", "value": "x"}]), "where[0].value"),
        ("/where", json!([{"field": "name", "op": "in", "value": ["a", 1]}]), "where[0].value[1]"),
        (
            "/where",
            json!([{"field": "name", "op": "eq", "value": "x".repeat(2000)}]),
            "where[0].value",
        ),
        ("/groupBy", json!(["name", "1; DROP TABLE events"]), "groupBy[1]"),
        ("/groupBy", json!(["a", "b", "c", "d", "e", "f"]), "groupBy"),
        (
            "/measures",
            json!([{"as": "n", "fn": "count"}, {"as": "p", "fn": "percentile", "field": "line", "p": 5}]),
            "measures[1].field",
        ),
        (
            "/measures",
            json!([{"as": "p", "fn": "percentile", "field": "value", "p": 101}]),
            "measures[0].p",
        ),
        ("/measures", json!([{"as": "r", "fn": "rate"}]), "measures[0].where"),
        (
            "/measures",
            json!([{"as": "r", "fn": "count", "where": [{"field": "x", "op": "eq"}]}]),
            "measures[0].where[0].field",
        ),
        ("/measures", json!([]), "measures"),
        ("/interval", json!("2h"), "interval"),
        ("/top", json!({"n": 5, "by": "n"}), "top"),
        ("/orderBy", json!([{"by": "z"}]), "orderBy[0].by"),
        ("/limit", json!(10_001), "limit"),
    ];
    for (path, value, want) in cases {
        let mut query = base.clone();
        query[&path[1..]] = value;
        assert_eq!(field(ask(&warehouse, query.clone()).await.unwrap_err()), want, "{query}");
    }
    let mut fine = base.clone();
    fine["from"] = json!("-30d");
    fine["interval"] = json!("1m");
    assert_eq!(field(ask(&warehouse, fine).await.unwrap_err()), "interval");
    let rows = ask(&warehouse, base).await.unwrap().rows;
    assert_eq!(rows, [[json!(0)]]);
}

use std::collections::BTreeMap;

use serde_json::{Value, json};
use server::{LiveOptions, MetricsToken, Network, ServerOptions};
use store::control::Role;

use crate::support::Server;

#[test]
fn statistics_have_the_fields_of_both_protocols() {
    let server = Server::start();
    let olga = server.sign_in("olga", Role::Viewer, &[server.shop]);
    let empty = olga.get("/api/ws/stats").expect(200).json();
    assert_eq!((&empty["total"], &empty["averageUptime"]), (&json!(0), &json!(0.0)));
    assert_eq!(empty["hub"]["latencyMs"], Value::Null);

    let mut ann = server.connect("ann", &[]);
    let _second = server.connect("ann", &[]);
    server.clock.advance(2000);
    server.publish(json!({"event": "notice:new", "data": {}, "users": ["ann"]})).expect(200);
    assert_eq!(ann.heard().len(), 1);
    let counted = || {
        let stats = olga.get("/ws/stats?project=shop").expect(200).json();
        // A client may read what a shard has not counted yet.
        (stats["hub"]["delivered"].as_u64() >= Some(2)).then_some(stats)
    };
    let stats = std::iter::repeat_with(counted).take(1000).flatten().next();
    let stats = stats.expect("both deliveries are counted");
    for (field, value) in [
        ("total", json!(2)),
        ("totalConnections", json!(2)),
        ("byUser", json!({"ann": 2})),
        ("uniqueUsers", json!(1)),
        ("averageUptime", json!(2000.0)),
        ("averageSubscriptions", json!(0.0)),
        ("byProtocol", json!({"socketio": 2})),
    ] {
        assert_eq!(stats[field], value, "{field}");
    }
    assert_eq!(stats["counters"]["connects"], 2);
    assert_eq!(stats["published"]["accepted"], 1);
    assert!(stats["hub"]["latencyMs"]["p99"].as_f64().unwrap() > 0.0, "{stats}");
    olga.get("/api/ws/stats?project=other").expect(404);
}

#[test]
fn nine_tenths_full_is_not_healthy() {
    let server = Server::live(LiveOptions { connections: 10, ..LiveOptions::default() });
    let _eight: Vec<_> = (0..8).map(|n| server.connect(&n.to_string(), &[])).collect();
    for path in ["/api/ws/health", "/ws/health"] {
        let answer = server.get(path).expect(200).json();
        let data = json!({"connections": 8, "maxConnections": 10, "healthy": true});
        assert_eq!(answer, json!({"success": true, "data": data}));
    }
    assert_eq!(server.get("/system/health").expect(200).json()["checks"]["realtime"], "ok");
    let _ninth = server.connect("9", &[]);
    let answer = server.get("/api/ws/health").expect(503).json();
    assert_eq!(answer["data"], json!({"connections": 9, "maxConnections": 10, "healthy": false}));
    let whole = server.get("/system/health").expect(200).json();
    assert_eq!(whole["checks"]["realtime"], "degraded", "full, which no restart would help");
}

#[test]
fn schemas_are_public() {
    let server = Server::start();
    let list = server.get("/api/realtime/schemas").expect(200).json();
    let schemas = list["schemas"].as_array().unwrap();
    assert!(schemas.iter().any(|schema| schema["name"] == "order-update.schema.json"));
    for schema in schemas {
        let answer = server.get(schema["url"].as_str().unwrap()).expect(200);
        assert_eq!(answer.header("content-type"), "application/schema+json");
        assert!(answer.json()["$schema"].as_str().unwrap().contains("draft-07"));
    }
    server.get("/api/realtime/schemas/nothing").expect(404);
}

/// The samples, by name and labels. Fails where a line is not as Prometheus reads it.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let (mut samples, mut families) = (BTreeMap::new(), Vec::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(!families.contains(&name), "{name} comes twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            families.push(name);
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let family = name.split('{').next().unwrap();
            let current = *families.last().unwrap();
            assert!(
                family
                    .strip_prefix(current)
                    .is_some_and(|rest| { ["", "_bucket", "_sum", "_count"].contains(&rest) }),
                "{line} is not under its own family"
            );
            assert!(samples.insert(name.to_owned(), value.parse().unwrap()).is_none(), "{line}");
        }
    }
    samples
}

#[test]
fn prometheus_gets_its_figures() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    server.publish(json!({"event": "notice:new", "data": {}, "users": ["ann"]})).expect(200);
    server.publish(json!({"event": "error", "data": {}, "users": ["ann"]})).expect(422);
    assert_eq!(ann.heard().len(), 1);
    let answer = server.get("/metrics").expect(200);
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    let samples = samples(&answer.text);
    for (name, value) in [
        ("signalbox_connections{protocol=\"socketio\"}", 1.0),
        ("signalbox_connections{protocol=\"sse\"}", 0.0),
        ("signalbox_connections_max", 10_000.0),
        ("signalbox_connects_total", 1.0),
        ("signalbox_publish_events_total{outcome=\"accepted\"}", 1.0),
        ("signalbox_publish_events_total{outcome=\"invalid\"}", 1.0),
        ("signalbox_hub_refused_total", 0.0),
        ("signalbox_ingest_items_total{outcome=\"accepted\"}", 0.0),
        ("signalbox_inbox_items", 0.0),
        ("process_start_time_seconds", 1_790_000_000.0),
    ] {
        assert_eq!(samples.get(name), Some(&value), "{name}");
    }
    let count = samples["signalbox_broadcast_latency_seconds_count"];
    assert!(count >= 1.0);
    assert_eq!(samples["signalbox_broadcast_latency_seconds_bucket{le=\"+Inf\"}"], count);
    assert!(samples["signalbox_broadcast_latency_seconds_sum"] > 0.0);
}

#[test]
fn figures_are_for_this_machine_token_holders_and_operators() {
    let options = ServerOptions {
        metrics_token: Some(MetricsToken::new("a token of the scraper")),
        trusted_proxies: vec!["127.0.0.1".parse::<Network>().unwrap()],
        ..ServerOptions::default()
    };
    let server = Server::with(LiveOptions::default(), options);
    server.get("/metrics").expect(200);
    let away = ("x-forwarded-for", "203.0.113.9");
    let ask = |headers: &[(&str, &str)]| server.call("GET", "/metrics", headers, Value::Null);
    ask(&[away]).expect(401);
    ask(&[("x-forwarded-for", "127.0.0.1")]).expect(401);
    ask(&[away, ("authorization", "Bearer a token of the scraper")]).expect(200);
    ask(&[away, ("authorization", "Bearer another")]).expect(401);
    ask(&[away, ("authorization", &format!("Bearer {}", server.secret))]).expect(401);
    let body = json!({"username": "vera", "password": "correct horse battery"});
    drop(server.sign_in("vera", Role::Viewer, &[server.shop]));
    let login = server.call("POST", "/api/auth/login", &[], body).expect(200);
    let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
    ask(&[away, ("cookie", &cookie)]).expect(200);
}

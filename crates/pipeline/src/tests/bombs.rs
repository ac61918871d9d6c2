//! Input that wants to be expensive.

use std::io::Write;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use model::{Reason, Source};
use proptest::prelude::*;
use serde_json::json;

use crate::testing::{Bench, post};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn encoded(encoding: &str, body: Vec<u8>) -> Result<usize, Reason> {
    let bench = Bench::new(|_| {});
    let mut request = post(Source::Native, body);
    request.headers.content_encoding = Some(encoding.into());
    let batch = bench.receive(Source::Native, &request);
    batch.map(|b| b.items.len()).map_err(|t| t.refusal.reason)
}

/// Generous for a debug build on a busy machine; a bomb that worked would take far longer.
fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    assert!(began.elapsed() < Duration::from_secs(5), "took {:?}", began.elapsed());
    result
}

#[test]
fn compressed_bodies_are_undone() {
    let body = br#"[{"type":"event","name":"a"}]"#;
    assert_eq!(encoded("gzip", gzip(body)), Ok(1));
    assert_eq!(encoded("", gzip(body)), Ok(1), "a beacon cannot say so");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(body).expect("memory");
    assert_eq!(encoded("deflate", zlib.finish().expect("memory")), Ok(1));
    assert_eq!(encoded("identity, gzip", gzip(body)), Ok(1));
    assert_eq!(encoded("br", gzip(body)), Err(Reason::Malformed));
    assert_eq!(encoded("gzip", body.to_vec()), Err(Reason::Malformed));
    assert_eq!(encoded("gzip", gzip(body)[..20].to_vec()), Err(Reason::Malformed));
    assert_eq!(encoded("gzip,gzip,gzip", gzip(&gzip(&gzip(body)))), Err(Reason::TooComplex));
}

#[test]
fn compression_bombs_stop_at_the_cap() {
    let bomb = gzip(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 128 << 10);
    assert_eq!(quickly(|| encoded("gzip", bomb.clone())), Err(Reason::TooLarge));
    assert_eq!(quickly(|| encoded("gzip, gzip", gzip(&bomb))), Err(Reason::TooLarge));
    // Within the cap, but smaller than anything honest.
    let dense = gzip(&vec![b' '; 4 << 20]);
    assert_eq!(encoded("gzip", dense), Err(Reason::TooLarge));
}

#[test]
fn recordings_are_capped_at_every_layer() {
    let bench = Bench::new(|_| {});
    let run = |events: String| {
        let body = json!({"type": "recordScreen", "recordScreenId": "r", "events": events});
        let batch = bench.batch(Source::WebSee, &body.to_string());
        (batch.items.len(), batch.errors.first().map(|e| (e.reason, e.field.clone())))
    };
    let events = Some("events".to_owned());
    let bomb = STANDARD.encode(gzip(&vec![b'A'; 64 << 20]));
    assert_eq!(quickly(|| run(bomb)), (0, Some((Reason::TooLarge, events.clone()))));
    let nested = STANDARD.encode(gzip(STANDARD.encode(gzip(b"[1]")).as_bytes()));
    assert_eq!(run(nested).1, Some((Reason::Malformed, events.clone())), "one layer too many");
    for bad in ["", "%%%", "AAAA", &STANDARD.encode(gzip(b"{}")), &STANDARD.encode(gzip(b"W10="))] {
        let (kept, error) = run(bad.to_owned());
        assert_eq!((kept, error.and_then(|e| e.1)), (0, events.clone()), "{bad}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(quickly(|| run(deep)).1, Some((Reason::TooComplex, events)));
    let honest = gzip(STANDARD.encode(r#"[{"type":4,"timestamp":1}]"#).as_bytes());
    assert_eq!(run(STANDARD.encode(honest)), (1, None));
}

#[test]
fn a_large_body_is_only_for_recordings() {
    let events: Vec<_> = (0..60_000).map(|n| format!(r#"{{"type":3,"timestamp":{n}}}"#)).collect();
    let events = format!("[{}]", events.join(","));
    let packed = STANDARD.encode(gzip(STANDARD.encode(&events).as_bytes()));
    let filler = STANDARD
        .encode((0..1_200_000u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect::<Vec<_>>());
    let turned = |body: String| {
        let bench = Bench::new(|_| {});
        let batch = bench.receive(Source::WebSee, &post(Source::WebSee, body));
        batch.map(|b| b.items.len()).map_err(|t| t.refusal.reason)
    };
    let recording = json!({"type": "recordScreen", "events": packed, "filler": filler});
    assert!(recording.to_string().len() > 1 << 20);
    assert_eq!(turned(recording.to_string()), Ok(1));
    let error = json!({"type": "error", "message": "m", "filler": filler});
    assert_eq!(turned(error.to_string()), Err(Reason::TooLarge));
}

#[test]
fn deep_and_wide_json_is_refused_quickly() {
    let bench = Bench::new(|_| {});
    let run = |body: String| {
        let batch = bench.receive(Source::Native, &post(Source::Native, body));
        batch.map(|b| b.errors.first().map(|e| e.reason)).map_err(|t| t.refusal.reason)
    };
    let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(quickly(|| run(deep)), Ok(Some(Reason::TooComplex)));
    let open = "[".repeat(100_000);
    assert_eq!(quickly(|| run(open)), Err(Reason::Malformed));
    let shared = format!(r#"{{"x":{}1{},"events":[]}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(run(shared), Err(Reason::TooComplex));
    let wide = format!(r#"[{{"type":"event","name":"a","x":[{}1]}}]"#, "1,".repeat(400_000));
    assert_eq!(quickly(|| run(wide)), Ok(Some(Reason::TooComplex)));
    let many = format!("[{}1]", "1,".repeat(500_000));
    let batch = quickly(|| bench.batch(Source::Native, &many));
    let counted: u32 = batch.refused.iter().map(|(_, n)| n).sum();
    assert_eq!((counted, batch.errors.len()), (500_001, 100));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..300), encoding in "(gzip|deflate|)") {
        let bench = Bench::new(|_| {});
        for source in Source::ALL {
            let mut request = post(source, body.clone());
            request.headers.content_encoding = Some(encoding.clone());
            let _ = bench.receive(source, &request);
        }
    }

    #[test]
    fn no_json_panics(fields in prop::collection::btree_map(name(), value(), 0..12)) {
        let object: serde_json::Map<_, _> = fields.into_iter().collect();
        let body = serde_json::Value::Array(vec![object.into()]).to_string();
        let bench = Bench::new(|_| {});
        for source in Source::ALL {
            let batch = bench.batch(source, &body);
            let refused: u32 = batch.refused.iter().map(|(_, n)| n).sum();
            prop_assert_eq!(batch.items.len() as u32 + refused, 1);
        }
    }
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "type",
        "name",
        "ts",
        "time",
        "timestamp",
        "props",
        "message",
        "stack",
        "url",
        "pageUrl",
        "user",
        "userId",
        "sessionId",
        "status",
        "durationMs",
        "value",
        "rating",
        "deviceInfo",
        "device",
        "events",
        "metrics",
        "longTask",
        "memory",
        "resourceList",
        "requestData",
        "response",
        "breadcrumb",
        "tags",
        "level",
        "deviceId",
        "sampleRate",
        "flags",
        "elapsedTime",
        "line",
        "column",
        "fileName",
        "recordScreenId",
        "uuid",
        "eventId",
        "seq",
        "retries",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let word = prop::sample::select(vec![
        "page",
        "event",
        "error",
        "perf",
        "api",
        "resource",
        "whitescreen",
        "recording",
        "performance",
        "xhr",
        "fetch",
        "recordScreen",
        "whiteScreen",
        "custom",
        "LCP",
        "web-vitals",
        "ok",
        "error",
        "https://u:p@h/a?b#c",
        "/a/1",
        "GET /x/1",
        "Unknow",
        "info",
    ]);
    let leaf = prop_oneof![
        word.prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        ".{0,40}".prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map(name(), inner, 0..4)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

//! A secret is planted wherever a sender can put a string, and must not be found in what is
//! stored.

use model::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::decode::{Json, Limits, json::parse};
use crate::protect::scrub::{Scrubber, text};
use crate::testing::{Bench, NOW, project};

/// The written secret, and the part of it that must not survive.
fn secret() -> impl Strategy<Value = (String, String)> {
    let whole = |s: String| (s.clone(), s);
    prop_oneof![
        "[a-z]{3,9}[.][a-z0-9]{3,9}@[a-z]{3,9}[.](com|cn|example)".prop_map(whole),
        "1[3-9][0-9]{9}".prop_map(whole),
        "[+]86 1[3-9][0-9]-[0-9]{4}-[0-9]{4}".prop_map(whole),
        Just(whole("4111 1111 1111 1111".into())),
        Just(whole("5555555555554444".into())),
        "[1-9][0-9]{5}19[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])[0-9]{3}[0-9X]".prop_map(whole),
        "eyJhbGciOiJIUzI1NiJ9[.]eyJ[a-zA-Z0-9]{10,20}[.][a-zA-Z0-9_-]{20,30}".prop_map(whole),
        "AKIA[A-Z0-9]{16}".prop_map(whole),
        "[a-zA-Z0-9]{16,24}".prop_map(|s| (format!("Bearer {s}"), s)),
        "[a-z0-9]{8,16}z".prop_map(|s| (format!("password={s}"), s)),
        "[a-z0-9]{8,16}z".prop_map(|s| (format!("\"access_token\": \"{s}\""), s)),
    ]
}

/// Text around a secret that does not itself continue it.
fn around() -> impl Strategy<Value = (String, String)> {
    let pad = prop_oneof![
        Just(""),
        Just(" "),
        Just("点"),
        Just("<b>"),
        Just("\n"),
        Just("say: "),
        Just(" | ")
    ];
    (pad.clone(), pad).prop_map(|(a, b)| (a.to_owned(), b.to_owned()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn text_never_leaks_and_scrubbing_twice_changes_nothing(
        (written, hidden) in secret(), (before, after) in around(), noise in "[ -~点]{0,30}"
    ) {
        let input = format!("{noise} {before}{written}{after} {noise}");
        let clean = text(&input, &[]).unwrap_or_else(|| input.clone());
        prop_assert!(!clean.contains(&hidden), "{input} became {clean}");
        let twice = text(&clean, &[]).unwrap_or_else(|| clean.clone());
        prop_assert_eq!(twice, clean);
    }

    #[test]
    fn any_text_settles_after_one_pass(input in ".{0,80}|[a-z@.=?&:/0-9 +()\\[\\]\"'-]{0,80}") {
        if let Some(once) = text(&input, &[]) {
            prop_assert_eq!(text(&once, &[]), None, "{} became {}", input, once);
        }
    }

    #[test]
    fn no_position_of_a_report_leaks((written, hidden) in secret(), place in 0..PLACES) {
        let bench = Bench::new(|_| {});
        let (source, body) = plant(&written, place);
        let batch = bench.batch(source, &body.to_string());
        prop_assert_eq!(batch.items.len(), 1, "{:?}", batch.errors);
        let payload = String::from_utf8_lossy(&batch.items[0].payload);
        prop_assert!(!payload.contains(&hidden), "place {}: {}", place, body);
    }

    #[test]
    fn trees_settle_after_one_pass((written, _) in secret(), place in 0..PLACES) {
        let project = project();
        let scrubber = Scrubber { project: &project };
        let (_, body) = plant(&written, place);
        let body = body.to_string();
        let limits = Limits { depth: 40, nodes: 1000 };
        let Ok(Json::Obj(mut tree)) = parse(&body, limits) else { return Ok(()) };
        scrubber.object(&mut tree);
        let once = tree.clone();
        prop_assert!(!scrubber.object(&mut tree), "changed again");
        prop_assert_eq!(once, tree);
    }
}

const PLACES: usize = 22;

fn plant(s: &str, place: usize) -> (Source, Value) {
    let native = |mut item: Value| {
        item["ts"] = json!(NOW);
        (Source::Native, json!({ "events": [item] }))
    };
    let websee = |mut item: Value| {
        item["time"] = json!(NOW);
        item["uuid"] = json!("page");
        (Source::WebSee, item)
    };
    let nested = |value: Value| value.to_string();
    match place {
        0 => native(json!({"type": "event", "name": "a", "props": {"k": s}})),
        1 => native(json!({"type": "event", "name": "a", "props": {"k": [{"deep": [s]}]}})),
        2 => native(json!({"type": "event", "name": s})),
        3 => native(
            json!({"type": "error", "message": s, "stack": format!("E: {s}\n at f (x:1:2)")}),
        ),
        4 => native(
            json!({"type": "page", "name": format!("/p?q={s}"), "referrer": format!("/r?{s}")}),
        ),
        5 => native(json!({"type": "api", "name": format!("GET /a?x={s}"), "reason": s})),
        6 => native(json!({"type": "event", "name": "a", "unknown": {"list": [1, {"x": s}]}})),
        7 => native(
            json!({"type": "event", "name": "a", "props": {"body": nested(json!({"a": s}))}}),
        ),
        8 => native(json!({"type": "event", "name": "a", "props":
            {"body": nested(json!({"a": nested(json!([s]))}))}})),
        9 => native(json!({"type": "event", "name": "a", "props": {(s): 1}})),
        10 => {
            native(json!({"type": "event", "name": "a", "user": {"id": s, "email": s, "name": s}}))
        }
        11 => {
            native(json!({"type": "event", "name": "a", "app": s, "release": s, "flags": {"f": s}}))
        }
        12 => native(json!({"type": "event", "name": "a", "device": {"model": s, "os": s}})),
        13 => websee(json!({"type": "error", "message": s, "fileName": s})),
        14 => websee(json!({"type": "fetch", "url": format!("/a?x={s}"), "message": s,
            "requestData": {"method": "POST", "data": nested(json!({"x": s}))}, "response": {"Status": 500, "data": s}})),
        15 => websee(json!({"type": "error", "message": "m", "breadcrumb": [
            {"type": "click", "category": "Click", "data": format!("<button>{s}</button>")},
            {"type": "history", "category": "Route", "data": {"from": "/a", "to": format!("/b?{s}")}}]})),
        16 => websee(json!({"type": "custom", "message": nested(json!({"a": [s]}))})),
        17 => websee(json!({"type": format!("log {s}"), "message": "m", "source": s})),
        18 => websee(json!({"type": "performance", "name": "resourceList",
            "resourceList": [{"name": format!("https://h/a.js?k={s}"), "x": s}]})),
        19 => websee(
            json!({"type": "error", "message": "m", "pageUrl": format!("https://h/p?x={s}#{s}"),
            "deviceInfo": {"browser": s, "extra": s}}),
        ),
        20 => {
            (Source::Logs, json!([{"message": s, "timestamp": NOW, "tags": [s], "ctx": {"a": s}}]))
        }
        _ => (
            Source::Logs,
            json!({"deviceId": "d", "rack": s, "logs": [{"message": {"m": s}, "timestamp": NOW}]}),
        ),
    }
}

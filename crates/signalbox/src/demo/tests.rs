use std::collections::BTreeSet;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

const NOW: Millis = 1_795_224_374_000;

fn scenes(seed: u64, n: usize) -> Vec<Shipment> {
    let mut story = Story::new(seed, "sbp_demo");
    (0..n).flat_map(|_| story.scene(NOW, false)).collect()
}

fn json(shipment: &Shipment) -> Option<Value> {
    serde_json::from_str(&shipment.body).ok()
}

#[test]
fn a_seed_tells_the_same_story_again() {
    assert_eq!(scenes(7, 50), scenes(7, 50));
    assert_ne!(scenes(7, 50), scenes(8, 50));
}

#[test]
fn everything_that_can_be_sent_appears() {
    let all = scenes(1, 400);
    let bodies: Vec<Value> = all.iter().filter_map(json).collect();
    let kinds: BTreeSet<String> = bodies
        .iter()
        .flat_map(|b| b["events"].as_array().cloned().unwrap_or_default())
        .filter_map(|e| e["type"].as_str().map(str::to_owned))
        .collect();
    for kind in ["page", "event", "error", "perf", "api"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    let reports: BTreeSet<String> = all
        .iter()
        .filter(|s| s.route == Route::WebSee)
        .filter_map(|s| json(s)?["type"].as_str().map(str::to_owned))
        .collect();
    for kind in ["performance", "error", "resource", "fetch", "xhr", "whiteScreen", "recordScreen"]
    {
        assert!(reports.contains(kind), "{kind}");
    }
    let devices: BTreeSet<String> = bodies
        .iter()
        .flat_map(|b| b.as_array().cloned().unwrap_or_default())
        .filter_map(|line| line["deviceId"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(devices.len(), cast::DEVICES.len());
    // Mischief: a repeated body and one that is no JSON.
    assert!(all.iter().any(|s| json(s).is_none()));
    let distinct: BTreeSet<&str> = all.iter().map(|s| s.body.as_str()).collect();
    assert!(distinct.len() < all.len());
}

#[test]
fn times_end_at_the_scene_and_stay_near_it() {
    for shipment in scenes(3, 200) {
        let Some(body) = json(&shipment) else { continue };
        for event in body["events"].as_array().into_iter().flatten() {
            let ts = event["ts"].as_i64().expect("ts");
            assert!(ts <= NOW && ts > NOW - 3_600_000, "{ts}");
        }
    }
}

#[test]
fn the_recording_opens_with_a_page_and_is_encoded_as_the_sdk_does() {
    let events = recording::events(NOW);
    assert_eq!((events[0]["type"].as_i64(), events[1]["type"].as_i64()), (Some(4), Some(2)));
    let packed = STANDARD.decode(recording::encode(&events)).expect("base64");
    let mut inner = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut inner).expect("gzip");
    let back: Vec<Value> =
        serde_json::from_slice(&STANDARD.decode(inner).expect("base64")).expect("json");
    assert_eq!(back, events);
}

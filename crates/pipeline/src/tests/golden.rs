//! Every fixture, stored: what a reviewer reads when a format changes.

use std::collections::BTreeSet;

use model::Source;
use serde_json::{Value, json};

use crate::door::Door;
use crate::testing::{Bench, fixtures, post, readable, stored};

fn snapshot(door: Door, folder: &str) {
    for (name, body) in fixtures(folder) {
        let bench = Bench::new(|_| {});
        let request = post(door.source(), body);
        let batch = bench.enter(door, &request).expect("not turned away");
        let errors: Vec<Value> = batch
            .errors
            .iter()
            .map(|e| json!([e.index, e.reason.name(), e.field, e.detail]))
            .collect();
        let stored: Vec<Value> = stored(&batch).iter().map(readable).collect();
        insta::with_settings!({ snapshot_path => "../../tests/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_json_snapshot!(name, json!({ "stored": stored, "errors": errors }));
        });
    }
}

#[test]
fn websee_reports() {
    snapshot(Door::WebSee, "websee");
}

#[test]
fn native_batches() {
    snapshot(Door::Native, "native");
}

#[test]
fn logs() {
    snapshot(Door::Logs, "logs");
}

#[test]
fn heartbeats() {
    snapshot(Door::Devices, "devices");
}

/// Every leaf of a report is found again in what is stored, except what is listed here.
#[test]
fn nothing_of_a_report_is_lost() {
    for (name, body) in fixtures("websee") {
        let original: Value = serde_json::from_str(&body).expect("JSON");
        let bench = Bench::new(|_| {});
        let kept = bench.stored(Source::WebSee, &body);
        assert_eq!(kept.len(), 1, "{name}");
        let mut words = BTreeSet::new();
        kept.iter().for_each(|s| {
            leaves(&readable(s), "", &mut |_, leaf| {
                words.insert(leaf);
            })
        });
        leaves(&original, "", &mut |path, leaf| {
            // A recording has no columns for its device: the errors around it have.
            let about = name.contains("record-screen") && path.starts_with(".deviceInfo");
            if !about && !excused(&path, &leaf) {
                assert!(words.contains(&leaf), "{name}: {path} = {leaf} is lost");
            }
        });
    }
}

fn leaves(value: &Value, path: &str, found: &mut dyn FnMut(String, String)) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(k, v)| leaves(v, &format!("{path}.{k}"), found));
        }
        Value::Array(items) => items.iter().for_each(|v| leaves(v, path, found)),
        Value::Number(n) => found(path.to_owned(), format!("{}", n.as_f64().unwrap_or_default())),
        Value::String(s) => found(path.to_owned(), s.clone()),
        Value::Bool(_) | Value::Null => {}
    }
}

fn excused(path: &str, leaf: &str) -> bool {
    match path {
        // Told by kind, class, name and ok; the credential is nobody's data.
        ".type" | ".status" | ".apikey" => true,
        ".sdkVersion" => true,
        // Kept as a pseudonym.
        ".userId" => true,
        // Its layers are undone: the golden file shows the events.
        ".events" => true,
        // Unknown to the SDK as well.
        ".deviceInfo.device" => leaf == "Unknow",
        ".name" => leaf == "resource_list",
        // Queries and fragments are dropped, bodies and clicks are scrubbed.
        ".pageUrl" | ".url" | ".message" => leaf.contains(['?', '#']) || leaf.starts_with('/'),
        ".requestData.method" => true,
        ".requestData.data" | ".response.data" => leaf.starts_with('{'),
        p if p.starts_with(".breadcrumb.data") => {
            leaf.contains(['?', '#', '@']) || leaf.starts_with('{')
        }
        _ => false,
    }
}

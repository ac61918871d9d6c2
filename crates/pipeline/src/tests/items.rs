//! What becomes of single items: conversions, errors, sampling, consent, pressure, limits.

use model::settings::{OptOut, UserIdPolicy};
use model::{Event, Kind, Pressure, ProjectSettings, Reason, Source, Stored};
use serde_json::{Value, json};

use crate::enqueue::Batch;
use crate::testing::{Bench, NOW, post, stored};
use crate::user_pseudonym;

fn events(batch: &Batch) -> Vec<Event> {
    let rows = stored(batch).into_iter().filter_map(|s| match s {
        Stored::Events(rows) => Some(rows),
        _ => None,
    });
    rows.flatten().collect()
}

fn native(change: impl FnOnce(&mut ProjectSettings), body: &Value) -> Batch {
    Bench::new(change).batch(Source::Native, &body.to_string())
}

fn count(batch: &Batch, reason: Reason) -> u32 {
    batch.refused.iter().find(|(r, _)| *r == reason).map_or(0, |(_, n)| *n)
}

#[test]
fn one_bad_item_costs_only_itself() {
    let body = std::fs::read_to_string(crate::testing::fixture_dir().join("native/partial.json"));
    let batch = Bench::new(|_| {}).batch(Source::Native, &body.expect("fixture"));
    let kept: Vec<String> = events(&batch).into_iter().map(|e| e.name).collect();
    assert_eq!(kept, ["ok.one", "old", "ok.two"]);
    let told: Vec<_> =
        batch.errors.iter().map(|e| (e.index, e.reason, e.field.as_deref())).collect();
    assert_eq!(
        told,
        [
            (1, Reason::UnknownKind, Some("type")),
            (2, Reason::Schema, Some("type")),
            (3, Reason::Schema, Some("name")),
            (4, Reason::Schema, Some("status")),
            (6, Reason::Time, Some("ts")),
            (7, Reason::Time, Some("ts")),
            (8, Reason::Schema, None),
        ]
    );
    assert_eq!(batch.refused.iter().map(|(_, n)| n).sum::<u32>(), 7);
}

#[test]
fn an_unknown_report_is_one_without_a_type() {
    let bench = Bench::new(|_| {});
    for bad in
        [json!({"message": "x"}), json!({"type": 5}), json!({"type": " "}), json!({"type": null})]
    {
        let batch = bench.batch(Source::WebSee, &bad.to_string());
        assert_eq!(count(&batch, Reason::UnknownKind), 1, "{bad}");
        assert!(batch.single);
    }
    let batch = bench.batch(Source::WebSee, r#"{"type":"checkout-failed","message":"m"}"#);
    assert_eq!(
        (events(&batch)[0].kind, events(&batch)[0].name.as_str()),
        (Kind::Error, "checkout-failed")
    );
}

#[test]
fn details_of_the_wrong_type_cost_no_error_and_no_event() {
    let body = json!([
        {"type": "error", "message": {"a": 1}, "status": "error", "line": [1], "fatal": "very"},
        {"type": "event", "name": "a", "status": "paid", "value": "much"},
    ]);
    let rows = events(&native(|_| {}, &body));
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].message, r#"{"a":1}"#);
    let extra: Value = serde_json::from_str(&rows[0].extra).expect("JSON");
    assert_eq!(extra, json!({"status": "error", "line": [1], "fatal": "very"}));
    let extra: Value = serde_json::from_str(&rows[1].extra).expect("JSON");
    assert_eq!(extra, json!({"status": "paid", "value": "much"}));
}

#[test]
fn over_long_fields_are_cut_and_named() {
    let body = json!([{"type": "event", "name": "n".repeat(5000), "ts": NOW,
        "props": {"big": "x".repeat(100_000), "small": 1}, "mystery": {"deep": [1, 2]}}]);
    let event = events(&native(|_| {}, &body)).remove(0);
    assert_eq!(event.name.len(), 512);
    let extra: Value = serde_json::from_str(&event.extra).expect("JSON");
    assert_eq!(extra["truncated"], json!(["name"]));
    assert_eq!(extra["mystery"], json!({"deep": [1, 2]}));
    let props: Value = serde_json::from_str(&event.props).expect("JSON");
    assert_eq!((&props["small"], &props["truncated"]), (&json!(1), &json!(["big"])));
    assert!(event.props.len() < 33_000);
}

#[test]
fn a_batch_may_not_be_longer_than_the_project_allows() {
    let items = vec![json!({"type": "event", "name": "a"}); 7];
    let batch = native(|s| s.limits.batch_items = 5, &json!(items));
    assert_eq!((batch.items.len(), count(&batch, Reason::BatchSize)), (5, 2));
    assert_eq!(batch.errors[0].index, 5);
}

#[test]
fn sampling_is_undone_by_weights_and_spares_errors() {
    let item = |n: usize, kind: &str| json!({"type": kind, "name": "a", "ts": NOW, "sessionId": format!("s{n}")});
    let pages: Vec<Value> = (0..400).map(|n| item(n, "page")).collect();
    let batch =
        native(|s| s.sampling.server_rate = 0.25, &json!({"sampleRate": 0.5, "events": pages}));
    let sampled = count(&batch, Reason::SampleRate);
    assert_eq!(batch.items.len() as u32 + sampled, 400);
    assert!((240..360).contains(&sampled), "{sampled}");
    assert!(events(&batch).iter().all(|e| e.sample_rate == 0.125));

    let errors: Vec<Value> = (0..50).map(|n| item(n, "error")).collect();
    let batch =
        native(|s| s.sampling.server_rate = 0.01, &json!({"sampleRate": 0.01, "events": errors}));
    assert_eq!(batch.items.len(), 50);
    assert!(events(&batch).iter().all(|e| e.sample_rate == 1.0));
    let some = native(|s| s.sampling.error_rate = 0.5, &json!({"events": errors}));
    assert!((10..40).contains(&some.items.len()), "{}", some.items.len());
}

#[test]
fn sample_rates_are_not_trusted() {
    for (claim, rate) in [(json!(9), 1.0), (json!(0), 1.0), (json!(-2), 1.0), (json!(1e-9), 0.0001)]
    {
        let body = json!([{"type": "event", "name": "a", "sampleRate": claim}]);
        assert_eq!(events(&native(|_| {}, &body))[0].sample_rate, rate, "{claim}");
    }
}

#[test]
fn an_opt_out_is_obeyed_as_the_project_says() {
    let body = json!({"user": {"id": "u1"}, "sessionId": "s", "visitorId": "v",
        "events": [{"type": "event", "name": "a"}, {"type": "event", "name": "b"}]});
    let run = |policy| {
        let bench = Bench::new(|s| s.privacy.opt_out = policy);
        let mut request = post(Source::Native, body.to_string());
        request.headers.gpc = Some("1".into());
        bench.receive(Source::Native, &request).expect("answered")
    };
    let dropped = run(OptOut::Drop);
    assert_eq!((dropped.items.len(), count(&dropped, Reason::Consent)), (0, 2));
    let anonymous = events(&run(OptOut::Anonymous)).remove(0);
    let personal = [&anonymous.user, &anonymous.session, &anonymous.visitor, &anonymous.ip_prefix];
    assert!(personal.iter().all(|s| s.is_empty()), "{personal:?}");
    let full = events(&run(OptOut::Ignore)).remove(0);
    assert_eq!((full.session.as_str(), full.ip_prefix.as_str()), ("s", "203.0.113.0/24"));
}

#[test]
fn users_are_kept_as_the_project_says() {
    let body = json!([{"type": "event", "name": "a", "user": {"id": "amy@shop.example"}}]);
    let user = |policy| {
        let bench = Bench::new(|s| s.privacy.user_id = policy);
        let event = events(&bench.batch(Source::Native, &body.to_string())).remove(0);
        assert_eq!(event.user, user_pseudonym(&bench.directory.project, "amy@shop.example"));
        event.user
    };
    assert!(user(UserIdPolicy::Hash).starts_with("u_"));
    assert!(user(UserIdPolicy::Keep).starts_with("email_"), "addresses are never kept");
    assert_eq!(user(UserIdPolicy::Drop), "");
    let plain = Bench::new(|s| s.privacy.user_id = UserIdPolicy::Keep);
    let plain = plain.batch(Source::Native, r#"[{"type":"event","name":"a","userId":123}]"#);
    assert_eq!(events(&plain)[0].user, "123");
}

#[test]
fn lists_decide_about_events_and_fields() {
    let change = |s: &mut ProjectSettings| {
        s.privacy.allowed_events = vec!["a".into()];
        s.privacy.allowed_fields = vec!["keep".into(), "both".into()];
        s.privacy.disabled_fields = vec!["both".into(), "referrer".into()];
        s.privacy.secret_keys = vec!["Salary".into()];
        s.privacy.keep_bodies = false;
    };
    let body = json!([
        {"type": "event", "name": "a", "referrer": "/x", "props": {"keep": 1, "both": 2, "other": 3},
         "salary": 9, "response": {"data": "body", "Status": 1}},
        {"type": "event", "name": "b"},
        {"type": "page", "name": "/b"},
    ]);
    let batch = native(change, &body);
    assert_eq!(count(&batch, Reason::EventNotAllowed), 1);
    let event = &events(&batch)[0];
    assert_eq!((event.props.as_str(), event.referrer.as_str()), (r#"{"keep":1}"#, ""));
    let extra: Value = serde_json::from_str(&event.extra).expect("JSON");
    assert_eq!(extra, json!({"salary": "[masked]", "response": {"Status": 1}}));
}

#[test]
fn a_full_disk_refuses_kind_by_kind() {
    let body =
        json!([{"type": "error", "message": "m"}, {"type": "event", "name": "a"}]).to_string();
    let run = |pressure| Bench { pressure, ..Bench::new(|_| {}) }.batch(Source::Native, &body);
    assert_eq!(run(Pressure::Recordings).items.len(), 2);
    let events_refused = run(Pressure::Events);
    assert_eq!((events_refused.items.len(), count(&events_refused, Reason::DiskPressure)), (1, 1));
    assert_eq!(count(&run(Pressure::Full), Reason::DiskPressure), 2);
}

#[test]
fn equal_items_without_an_id_are_told_apart_and_recognised_in_a_retry() {
    let bench = Bench::new(|_| {});
    let body = json!([{"type": "event", "name": "a", "ts": NOW}, {"type": "event", "name": "a", "ts": NOW}]);
    let keys = || -> Vec<_> {
        let batch = bench.batch(Source::Native, &body.to_string());
        batch.items.iter().map(|i| i.key).collect()
    };
    let first = keys();
    assert_ne!(first[0].id, first[1].id);
    assert_eq!(first, keys(), "a retry is the same");
    let same_id = json!([{"type": "event", "name": "a", "eventId": "e"}, {"type": "event", "name": "b", "eventId": "e"}]);
    let batch = bench.batch(Source::Native, &same_id.to_string());
    assert_eq!(batch.items[0].key.id, batch.items[1].key.id);
    assert_ne!(batch.items[0].key.body, batch.items[1].key.body);
}

#[test]
fn a_heartbeat_is_its_device_its_time_and_its_word() {
    let bench = Bench::new(|_| {});
    let key = |one: Value| bench.devices(&one.to_string()).items[0].key;
    let first = key(json!({"deviceId": "d", "timestamp": NOW, "status": "online"}));
    assert_eq!(first, key(json!({"timestamp": NOW.to_string(), "device": "d"})), "a retry");
    for other in [
        json!({"deviceId": "e", "timestamp": NOW}),
        json!({"deviceId": "d", "timestamp": NOW - 1}),
        json!({"deviceId": "d", "timestamp": NOW, "status": "offline"}),
        json!({"deviceId": "d"}),
    ] {
        assert_ne!(first.id, key(other.clone()).id, "{other}");
    }
    let twins = bench.devices(r#"[{"deviceId": "d"}, {"deviceId": "d"}]"#);
    assert_ne!(twins.items[0].key.id, twins.items[1].key.id, "without a time each is new");
    let again = json!([{"deviceId": "d", "ts": NOW}, {"deviceId": "d", "ts": NOW}]);
    let again = bench.devices(&again.to_string());
    assert_eq!(again.items[0].key, again.items[1].key);
}

#[test]
fn clocks_that_are_wrong_are_corrected() {
    let hour = 3_600_000;
    let body = json!({"sentAt": NOW - hour, "events": [
        {"type": "event", "name": "queued", "ts": NOW - hour - 5000},
        {"type": "event", "name": "1970", "ts": 1000},
        {"type": "event", "name": "3000", "ts": 32_503_680_000_000_i64}]});
    let rows = events(&native(|_| {}, &body));
    let times: Vec<_> = rows.iter().map(|e| (e.ts, e.client_ts)).collect();
    assert_eq!(
        times,
        [(NOW - 5000, Some(NOW - hour - 5000)), (NOW, Some(1000)), (NOW, Some(32_503_680_000_000)),]
    );
}

#[test]
fn a_key_that_is_bound_to_an_environment_decides_it() {
    let mut bench = Bench::new(|_| {});
    let mut key = crate::testing::key(1, model::KeyKind::Public);
    key.env = Some("staging".into());
    bench.directory.keys[0].1 = key.into();
    let batch = bench
        .batch(Source::Native, r#"{"env":"production","events":[{"type":"event","name":"a"}]}"#);
    assert_eq!(events(&batch)[0].env, "staging");
}

#[test]
fn bots_are_flagged_not_dropped() {
    let bench = Bench::new(|_| {});
    let mut request = post(Source::Native, r#"[{"type":"page","name":"/"}]"#);
    request.headers.user_agent = Some("Mozilla/5.0 (compatible; Googlebot/2.1)".into());
    assert!(events(&bench.receive(Source::Native, &request).expect("taken"))[0].bot);
    let driven = bench.batch(
        Source::Native,
        r#"{"device":{"webdriver":true},"events":[{"type":"page","name":"/"}]}"#,
    );
    assert!(events(&driven)[0].bot);
}

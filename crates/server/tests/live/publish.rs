use model::Scope;
use serde_json::{Value, json};
use server::{LiveOptions, PublishOptions, Rate};
use store::control::Role;

use crate::support::{NOW, Server};

fn order(user: &str) -> Value {
    json!({"event": "order:update", "data": {"id": 7, "status": "PAID", "userId": user}})
}

#[test]
fn an_order_reaches_its_user_and_administrators_once() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let mut ben = server.connect("ben", &["admin"]);
    let mut ann_as_admin = server.connect("ann", &["admin"]);
    let mut eve = server.connect("eve", &["buyer"]);
    let answer = server.publish(order("ann")).expect(200).json();
    let expected = json!({"ok": true, "accepted": 1, "duplicates": 0, "duplicate": false,
        "errors": []});
    assert_eq!(answer, expected);
    let data = json!({"id": 7, "status": "PAID", "userId": "ann", "ts": NOW});
    let pushed = [("order:update".to_owned(), data)];
    assert_eq!(ann.heard(), pushed);
    assert_eq!(ben.heard(), pushed);
    assert_eq!(ann_as_admin.heard(), pushed, "one copy, though both rooms are hers");
    assert_eq!(eve.heard(), []);
}

#[test]
fn others_can_be_added_and_left_out() {
    let server = Server::start();
    let [mut ann, mut ben, mut eve] = ["ann", "ben", "eve"].map(|user| server.connect(user, &[]));
    let mut boss = server.connect("boss", &["admin"]);
    let mut body = order("ann");
    body["users"] = json!(["ben"]);
    body["except"] = json!(["role:admin", ann.id]);
    server.publish(body).expect(200);
    assert_eq!(ben.heard().len(), 1);
    assert!(ann.heard().is_empty() && boss.heard().is_empty() && eve.heard().is_empty());

    let body = json!({"event": "sale:begin", "data": [1, "two"], "everyone": true,
        "except": ["user:eve"], "priority": "high"});
    server.publish(body).expect(200);
    assert_eq!(ann.heard(), [("sale:begin".to_owned(), json!([1, "two"]))]);
    assert_eq!((ben.heard().len(), boss.heard().len(), eve.heard().len()), (1, 1, 0));
}

#[test]
fn a_time_is_put_where_the_data_has_none() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let mut body = json!({"event": "my:thing", "data": {"b": 1.50, "a": {}}, "users": ["ann"]});
    server.publish(body.clone()).expect(200);
    body["ts"] = json!(5);
    server.publish(body.clone()).expect(200);
    body["data"]["ts"] = json!("mine");
    server.publish(body).expect(200);
    let stamps: Vec<_> = ann.heard().into_iter().map(|(_, data)| data["ts"].clone()).collect();
    assert_eq!(stamps, [json!(null), json!(5), json!("mine")]);
}

#[test]
fn a_batch_keeps_its_order_and_a_bad_event_costs_only_itself() {
    let server = Server::start();
    let mut ann = server.connect("ann", &["buyer"]);
    let numbered = |n: u32| json!({"event": "count:up", "data": n, "roles": ["buyer"]});
    let mut events: Vec<_> = (0..100).map(numbered).collect();
    events[40] = json!({"event": "error", "data": 0, "roles": ["buyer"]});
    let answer = server.publish(json!({ "events": events })).expect(200).json();
    assert_eq!((&answer["ok"], &answer["accepted"]), (&json!(false), &json!(99)));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    let error = &answer["errors"][0];
    assert_eq!((&error["index"], &error["field"]), (&json!(40), &json!("event")));
    let heard: Vec<_> = ann.heard().into_iter().map(|(_, data)| data.as_u64().unwrap()).collect();
    assert_eq!(heard, (0..100).filter(|n| *n != 40).collect::<Vec<_>>());
}

#[test]
fn the_older_name_of_a_notice_is_sent_only_where_it_is_wanted() {
    let notice = json!({"event": "notice", "data": {"title": "Hello"}, "users": ["ann"]});
    for (notice_alias, names) in
        [(false, &["notice:new"] as &[_]), (true, &["notice:new", "notice"])]
    {
        let server = Server::live(LiveOptions { notice_alias, ..LiveOptions::default() });
        let mut ann = server.connect("ann", &[]);
        server.publish(notice.clone()).expect(200);
        let heard: Vec<_> = ann.heard().into_iter().map(|(name, _)| name).collect();
        assert_eq!(heard, names);
    }
}

#[test]
fn projects_do_not_hear_each_other() {
    let server = Server::start();
    let other = server.project("other");
    let mut ann = server.connect("ann", &["admin"]);
    let key = server.key(other, &[Scope::RealtimePublish]);
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &*bearer)];
    server.call("POST", "/api/publish", &headers, order("ann")).expect(200);
    server.call("POST", "/api/projects/shop/publish", &headers, order("ann")).expect(404);
    assert_eq!(ann.heard(), []);
}

#[test]
fn operators_publish_in_their_projects() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let olga = server.sign_in("olga", Role::Operator, &[server.shop]);
    let vera = server.sign_in("vera", Role::Viewer, &[server.shop]);
    olga.call("POST", "/api/projects/shop/publish", order("ann")).expect(200);
    vera.call("POST", "/api/projects/shop/publish", order("ann")).expect(403);
    assert_eq!(ann.heard().len(), 1);
}

#[test]
fn whoever_publishes_too_fast_hears_how_far_it_got() {
    let publish = PublishOptions { rate: Rate::per_second(1, 3), ..PublishOptions::default() };
    let server = Server::live(LiveOptions { publish, ..LiveOptions::default() });
    let mut ann = server.connect("ann", &["admin"]);
    let events: Vec<_> = (0..5).map(|n| order(&format!("user {n}"))).collect();
    let answer = server.publish(json!({ "events": events })).expect(429);
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(
        (&answer.json()["accepted"], &answer.json()["code"]),
        (&json!(3), &json!("rate_limited"))
    );
    server.clock.advance(2000);
    let answer = server.publish(json!({ "events": events[3..] })).expect(200).json();
    assert_eq!(answer["accepted"], 2);
    assert_eq!(ann.heard().len(), 5);
}

use serde_json::{Value, json};

use crate::support::Server;

/// A good event with some fields replaced.
fn with(fields: Value) -> Value {
    let mut event = json!({"event": "my:thing", "data": {}, "users": ["ann"]});
    for (name, value) in fields.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

#[test]
fn every_field_is_named_that_cannot_be_accepted() {
    let server = Server::start();
    let long = |n: usize| "x".repeat(n);
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    let deep = (0..33).fold(json!(1), |inner, _| json!([inner]));
    let order = |data: Value| json!({"event": "order:update", "data": data});
    let cases: Vec<(Value, &[&str])> = vec![
        (json!({"event": "a:b", "users": ["ann"]}), &["data"]),
        (json!({"data": 1, "users": ["ann"]}), &["event"]),
        (json!({"event": "a:b", "data": 1}), &["rooms"]),
        (json!({"event": "notice:new", "data": {}}), &["rooms"]),
        (with(json!({"event": ""})), &["event"]),
        (with(json!({"event": long(129)})), &["event"]),
        (with(json!({"event": "a\u{7}"})), &["event"]),
        (with(json!({"event": "disconnect"})), &["event"]),
        (with(json!({"event": "connect_error"})), &["event"]),
        (with(json!({"event": "sb:internal"})), &["event"]),
        (with(json!({"event": 5})), &["event"]),
        (with(json!({"data": long(64 << 10)})), &["data"]),
        (with(json!({"data": deep})), &["data"]),
        (order(json!({"id": 1, "status": "PAID"})), &["data.userId"]),
        (order(json!({"id": [], "status": "", "userId": "u"})), &["data.id", "data.status"]),
        (order(json!("nothing")), &["data"]),
        (with(json!({"rooms": [""]})), &["rooms[0]"]),
        (with(json!({"rooms": ["a", long(201)]})), &["rooms[1]"]),
        (with(json!({"rooms": ["sb:health"]})), &["rooms[0]"]),
        (with(json!({"rooms": "lobby"})), &["rooms"]),
        (with(json!({"rooms": many.clone()})), &["rooms"]),
        (with(json!({"users": many})), &["users"]),
        (with(json!({"users": [long(129)]})), &["users[0]"]),
        (with(json!({"roles": [long(65)]})), &["roles[0]"]),
        (with(json!({"except": ["\n"]})), &["except[0]"]),
        (with(json!({"everyone": true})), &["everyone"]),
        (with(json!({"priority": "urgent"})), &["priority"]),
        (with(json!({"delivery": "maybe"})), &["delivery"]),
        (with(json!({"key": ""})), &["key"]),
        (with(json!({"key": "k", "delivery": "reliable"})), &["key"]),
        (with(json!({"volatile": true, "delivery": "reliable"})), &["volatile"]),
        (with(json!({"id": "seven"})), &["id"]),
        (with(json!({"ts": -1})), &["ts"]),
        (with(json!({"ts": "now"})), &["ts"]),
        (with(json!({"data": 1, "ts": 5})), &["ts"]),
        (with(json!({"colour": "red"})), &["colour"]),
        (with(json!({"event": "", "id": "x", "key": ""})), &["event", "key", "id"]),
    ];
    for (event, fields) in cases {
        let answer = server.publish(event.clone()).expect(422);
        let reply = answer.json();
        assert_eq!(answer.fields(), fields, "{event} {reply}");
        assert_eq!((&reply["ok"], &reply["accepted"]), (&json!(false), &json!(0)));
    }
}

#[test]
fn batches_have_a_size() {
    let server = Server::start();
    let event = with(json!({}));
    for (body, field) in [
        (json!({"events": []}), "events"),
        (json!({"events": vec![&event; 101]}), "events"),
        (json!({"events": {}}), "events"),
        (json!({"events": [event], "room": "x"}), "room"),
        (json!([event]), "body"),
    ] {
        assert_eq!(server.publish(body).expect(422).json()["field"], field);
    }
    let one_of_two = json!({"events": [1, event]});
    let answer = server.publish(one_of_two).expect(200);
    assert_eq!(answer.fields(), ["body"]);
    assert_eq!(answer.json()["accepted"], 1);
    let huge = json!({"events": vec![with(json!({"data": "x".repeat(30 << 10)})); 40]});
    server.publish(huge).expect(413);
}

use serde_json::{Value, json};
use server::{LiveOptions, PublishOptions};

use crate::support::{Answer, Server};

const DAY: i64 = 24 * 3_600_000;
const ID: &str = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1";

fn with_key(server: &Server, key: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {}", server.secret);
    let headers = [("authorization", &*bearer), ("idempotency-key", key)];
    server.call("POST", "/api/publish", &headers, body)
}

fn notice(n: u32) -> Value {
    json!({"event": "notice:new", "data": {"n": n}, "users": ["ann"]})
}

#[test]
fn an_event_with_an_id_is_published_once_a_day() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let mut body = notice(1);
    body["id"] = json!(ID);
    let counts = |answer: Answer| {
        let answer = answer.expect(200).json();
        (answer["accepted"].clone(), answer["duplicates"].clone(), answer["duplicate"].clone())
    };
    assert_eq!(counts(server.publish(body.clone())), (json!(1), json!(0), json!(false)));
    let again = (json!(0), json!(1), json!(true));
    assert_eq!(counts(server.publish(body.clone())), again);
    body["id"] = json!(ID.to_uppercase());
    assert_eq!(counts(server.publish(body.clone())), again, "however it is written");
    server.clock.advance(DAY - 1);
    assert_eq!(counts(server.publish(body.clone())), again);
    assert_eq!(ann.heard().len(), 1);
    server.clock.advance(1);
    assert_eq!(counts(server.publish(body)), (json!(1), json!(0), json!(false)));
}

#[test]
fn a_request_that_comes_again_publishes_only_what_it_did_not() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let bad = json!({"event": "notice:new", "data": 1, "users": ["ann"]});
    let first = with_key(&server, "k-1", json!({"events": [notice(1), bad]})).expect(200).json();
    assert_eq!((&first["accepted"], &first["duplicate"]), (&json!(1), &json!(false)));
    let body = json!({"events": [notice(1), notice(2)]});
    let second = with_key(&server, "k-1", body.clone()).expect(200).json();
    assert_eq!((&second["accepted"], &second["duplicates"]), (&json!(1), &json!(1)));
    let third = with_key(&server, "k-1", body.clone()).expect(200).json();
    assert_eq!((&third["duplicates"], &third["duplicate"]), (&json!(2), &json!(true)));
    assert_eq!(with_key(&server, "k-2", body).expect(200).json()["accepted"], 2);
    let numbers: Vec<_> = ann.heard().into_iter().map(|(_, data)| data["n"].clone()).collect();
    assert_eq!(numbers, [1, 2, 1, 2]);
}

#[test]
fn only_so_many_are_remembered() {
    let publish = PublishOptions { remembered: 2, ..PublishOptions::default() };
    let server = Server::live(LiveOptions { publish, ..LiveOptions::default() });
    let publish = |key: &str| {
        with_key(&server, key, notice(1)).expect(200).json()["duplicate"].as_bool().unwrap()
    };
    assert_eq!(
        ["a", "b", "a", "c", "b", "a"].map(publish),
        [false, false, true, false, true, false]
    );
}

#[test]
fn keys_are_of_one_project_and_of_a_sensible_length() {
    let server = Server::start();
    let other = server.project("other");
    let bearer = format!("Bearer {}", server.key(other, &model::Scope::ALL[4..]));
    assert_eq!(with_key(&server, "k", notice(1)).expect(200).json()["accepted"], 1);
    let headers = [("authorization", &*bearer), ("idempotency-key", "k")];
    let answer = server.call("POST", "/api/publish", &headers, notice(1)).expect(200).json();
    assert_eq!(answer["accepted"], 1);
    let long = "k".repeat(201);
    assert_eq!(with_key(&server, &long, notice(1)).expect(422).json()["field"], "Idempotency-Key");
}

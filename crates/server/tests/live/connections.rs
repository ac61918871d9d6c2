use model::Scope;
use serde_json::{Value, json};
use store::control::{AuditQuery, Role};

use crate::support::{NOW, Server, Session, Socket};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn operators_see_who_is_connected() {
    let server = Server::start();
    let mut ann = server.connect("ann", &["buyer"]);
    server.clock.advance(1500);
    let (pong, _) = ann.ask(&json!(["ping"]));
    assert_eq!(pong, json!({"ts": NOW + 1500}));
    let olga = server.sign_in("olga", Role::Viewer, &[server.shop]);
    for path in ["/api/ws/connections", "/ws/connections?project=shop&user=ann"] {
        let page = olga.get(path).expect(200).json();
        assert_eq!((ids(&page), &page["total"]), (vec![ann.id.clone()], &json!(1)));
        assert_eq!(page["nextCursor"], Value::Null);
    }
    let one = olga.get(&format!("/api/ws/connections/{}", ann.id)).expect(200).json();
    for (field, value) in [
        ("project", json!("shop")),
        ("userId", json!("ann")),
        ("roles", json!(["buyer"])),
        ("ip", json!("127.0.0.1")),
        ("userAgent", json!("test")),
        ("protocol", json!("socketio")),
        ("tier", json!("normal")),
        ("connectedAt", json!(NOW)),
        ("lastHeartbeat", json!(NOW + 1500)),
        ("isAlive", json!(true)),
        ("subscription", Value::Null),
        ("messagesIn", json!(2)),
        ("dropped", json!(0)),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    // Hello, connected, pong and the acknowledgement.
    assert!(one["messagesOut"].as_u64().unwrap() >= 3, "{one}");
}

#[test]
fn lists_page_through_everybody_once() {
    let server = Server::start();
    let sockets: Vec<Socket> =
        (0..5).map(|n| server.connect(&format!("u{}", n % 2), &[])).collect();
    let admin = server.sign_in("ada", Role::Admin, &[]);
    for (query, expected) in [("", 5), ("project=shop&", 5), ("project=shop&user=u0&", 3)] {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/ws/connections?{query}limit=2{cursor}");
            let page = admin.get(&path).expect(200).json();
            all.extend(ids(&page));
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let count = all.len();
        all.dedup();
        assert_eq!((count, all.len()), (expected, expected), "{query}");
        assert!(all.is_sorted());
    }
    for (query, field) in
        [("limit=0", "limit"), ("limit=501", "limit"), ("user=u0", "project"), ("x=1", "x")]
    {
        let answer = admin.get(&format!("/api/ws/connections?{query}")).expect(422);
        assert_eq!(answer.json()["field"], field, "{query}");
    }
    drop(sockets);
}

#[test]
fn a_connection_is_ended_by_those_who_may() {
    let server = Server::start();
    let other = server.project("other");
    let mut ann = server.connect("ann", &[]);
    let path = format!("/api/ws/connections/{}", ann.id);
    let viewer = server.sign_in("vera", Role::Viewer, &[server.shop]);
    let foreigner = server.sign_in("fred", Role::Operator, &[other]);
    let olga = server.sign_in("olga", Role::Operator, &[server.shop]);
    viewer.call("DELETE", &path, Value::Null).expect(403);
    foreigner.call("DELETE", &path, Value::Null).expect(404);
    foreigner.get(&path).expect(404);
    foreigner.get("/api/ws/connections?project=shop").expect(404);
    assert!(ann.heard().is_empty());

    olga.call("DELETE", &path, Value::Null).expect(204);
    let (name, told) = ann.event();
    assert_eq!((name.as_str(), &told["code"]), ("error", &json!("DISCONNECTED")));
    ann.closed();

    let mut ben = server.connect("ben", &[]);
    olga.call("DELETE", &format!("/ws/connections/{}", ben.id), Value::Null).expect(204);
    ben.closed();
    let query = AuditQuery { action: Some("connection.".into()), limit: 10, ..Default::default() };
    let trail = server.app.control.audit_log(&query).unwrap();
    let entries: Vec<_> = trail.iter().map(|e| (e.actor.as_str(), e.target.clone())).collect();
    let target = |socket: &Socket| format!("connection:{}", socket.id);
    assert_eq!(entries, [("olga", target(&ben)), ("olga", target(&ann))]);
    let before = trail[1].before.as_ref().unwrap();
    assert_eq!(before["protocol"], "socketio");
    assert!(!before.to_string().contains("ann"), "a pseudonym: {before}");
}

fn say(operator: &Session<'_>, body: Value) -> u16 {
    operator.call("POST", "/api/ws/broadcast", body).status
}

#[test]
fn operators_speak_to_everybody_or_to_some() {
    let server = Server::start();
    let mut ann = server.connect("ann", &["buyer"]);
    let mut ben = server.connect("ben", &[]);
    let olga = server.sign_in("olga", Role::Operator, &[server.shop]);
    let vera = server.sign_in("vera", Role::Viewer, &[server.shop]);
    let ada = server.sign_in("ada", Role::Admin, &[]);
    let everybody = json!({"event": "sys:notice", "data": {"text": "Closing"}});
    assert_eq!(say(&olga, everybody.clone()), 200);
    let some = json!({"project": "shop", "event": "sys:notice", "data": 2, "roles": ["buyer"]});
    olga.call("POST", "/ws/broadcast", some).expect(200);
    assert_eq!((ann.heard().len(), ben.heard().len()), (2, 1));

    assert_eq!(say(&vera, everybody.clone()), 403);
    assert_eq!(say(&ada, everybody), 422, "an admin says where");
    for (change, field) in [
        (json!({"event": "error"}), "event"),
        (json!({"users": [""]}), "users[0]"),
        (json!({"types": ["weather"]}), "types[0]"),
        (json!({"types": ["status"], "roles": ["buyer"]}), "types"),
        (json!({"project": "other"}), ""),
    ] {
        let mut body = json!({"project": "shop", "event": "sys:x", "data": 1});
        change.as_object().unwrap().iter().for_each(|(k, v)| body[k] = v.clone());
        let answer = olga.call("POST", "/api/ws/broadcast", body);
        let status = if field.is_empty() { 404 } else { 422 };
        assert_eq!(answer.json()["field"].as_str().unwrap_or_default(), field, "{}", answer.text);
        answer.expect(status);
    }
    let query = AuditQuery { action: Some("realtime.".into()), limit: 10, ..Default::default() };
    let trail = server.app.control.audit_log(&query).unwrap();
    assert_eq!(trail.len(), 2, "what was refused is not in it");
    assert!(trail.iter().all(|e| e.target == "event:sys:notice" && e.actor == "olga"));
    assert_eq!(trail[0].after.as_ref().unwrap()["roles"], json!(["buyer"]));
}

#[test]
fn types_of_the_json_protocol_are_rooms_of_their_own() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let olga = server.sign_in("olga", Role::Operator, &[server.shop]);
    let body = json!({"event": "config:changed", "data": {}, "types": ["config", "health"]});
    assert_eq!(say(&olga, body), 200);
    assert_eq!(ann.heard(), [], "she subscribed to nothing");
    let key = server.key(server.shop, &[Scope::RealtimePublish]);
    let headers = [("authorization", &*format!("Bearer {key}"))];
    server.call("POST", "/api/ws/broadcast", &headers, json!({})).expect(401);
}

//! What is shown: records, pages, statistics.

use model::Clock;
use serde_json::json;

use super::*;

#[test]
fn a_view_has_the_fields_of_both_seeds() {
    let house = House::of(10, 0);
    let registered = house.connect("a", applicant(Some("ada")));
    let connection = registered.connection();
    connection.subscribed(1, Some(json!({ "level": ["error"] })));
    connection.sent(3, 300);
    connection.dropped(2);
    house.clock.advance(10);
    connection.received(20, house.clock.now());
    let view = serde_json::to_value(house.registry.view(connection)).expect("JSON");
    let expected = json!({
        "id": "a", "project": 1, "userId": "ada", "roles": ["viewer"], "ip": "192.0.2.1",
        "userAgent": "Mozilla/5.0", "protocol": "json", "transport": "websocket",
        "tier": "normal", "connectedAt": 1_000_000, "lastHeartbeat": 1_000_010,
        "lastMessageAt": 1_000_010, "isAlive": true, "subscription": { "level": ["error"] },
        "subscriptions": 1, "messageCount": 4, "messagesIn": 1, "messagesOut": 3, "bytesIn": 20,
        "bytesOut": 300, "dropped": 2,
    });
    assert_eq!(view, expected);
}

#[test]
fn a_new_connection_has_no_subscription_and_no_message() {
    let house = House::of(10, 0);
    let registered = house.connect("a", applicant(None));
    let view = serde_json::to_value(house.registry.view(registered.connection())).expect("JSON");
    assert_eq!((&view["subscription"], &view["messageCount"]), (&json!(null), &json!(0)));
    assert_eq!((&view["userId"], &view["lastMessageAt"]), (&json!(null), &json!(null)));
}

#[test]
fn whoever_is_silent_is_not_alive_until_heard_again() {
    let house = House::of(10, 0);
    let registered = house.connect("a", applicant(None));
    let is_alive = || house.registry.view(registered.connection()).is_alive;
    house.clock.advance(45_000);
    assert!(is_alive());
    house.clock.advance(1);
    assert!(!is_alive());
    registered.connection().seen(house.clock.now());
    assert!(is_alive());
    registered.connection().close(CloseReason::Operator);
    assert!(!is_alive());
}

#[test]
fn a_long_user_agent_is_cut_between_characters() {
    let house = House::of(10, 0);
    let (reservation, _) = house.registry.reserve(applicant(None)).expect("a place");
    let agent = format!("x{}", "é".repeat(10_000));
    let registered = reservation.register(ConnectionInfo { agent, ..house.info("a") });
    assert_eq!(registered.connection().agent().len(), 255);
}

#[test]
fn polling_becomes_a_websocket() {
    let house = House::of(10, 0);
    let (reservation, _) = house.registry.reserve(applicant(None)).expect("a place");
    let info = ConnectionInfo { transport: Transport::Polling, ..house.info("a") };
    let registered = reservation.register(info);
    registered.connection().upgraded(Transport::WebSocket);
    assert_eq!(registered.connection().transport(), Transport::WebSocket);
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let house = House::of(10, 0);
    let elsewhere = Applicant { project: ProjectId(2), ..applicant(None) };
    let mut held: Vec<_> =
        ["e", "a", "c", "b"].iter().map(|id| house.connect(id, applicant(None))).collect();
    held.push(house.connect("d", elsewhere));
    let ids = |page: &Page| -> String { page.connections.iter().map(|r| &**r.id()).collect() };
    let first = house.registry.page(None, 2);
    assert_eq!((ids(&first).as_str(), first.next.as_deref()), ("ab", Some("b")));
    // Whoever leaves meanwhile, the place in the list does not.
    held.retain(|registered| &**registered.connection().id() != "b");
    let second = house.registry.page(first.next.as_deref(), 10);
    assert_eq!((ids(&second).as_str(), second.next.as_deref()), ("cde", None));
    let of_project = house.registry.page_of_project(PROJECT, Some("a"), 1);
    assert_eq!((ids(&of_project).as_str(), of_project.next.as_deref()), ("c", Some("c")));
    let nobody = house.registry.page_of_project(ProjectId(3), None, 10);
    assert!(nobody.connections.is_empty() && nobody.next.is_none());
}

#[test]
fn a_users_connections_are_found_across_protocols() {
    let house = House::of(10, 0);
    let _json = house.connect("a", applicant(Some("ada")));
    let other = Applicant { protocol: Protocol::SocketIo, ..applicant(Some("ada")) };
    let _socket_io = house.connect("b", other);
    let _bob = house.connect("c", applicant(Some("bob")));
    let mut found: Vec<_> =
        house.registry.by_user(PROJECT, "ada").iter().map(|r| r.id().to_string()).collect();
    found.sort();
    assert_eq!(found, ["a", "b"]);
    assert!(house.registry.by_user(ProjectId(2), "ada").is_empty());
}

#[test]
fn statistics_are_the_union_of_both_seeds() {
    let house = House::of(10, 0);
    assert_eq!(house.registry.stats(None), Stats::default());
    let a = house.connect("a", applicant(Some("ada")));
    let other = Applicant { protocol: Protocol::Sse, ..applicant(Some("ada")) };
    let _b = house.connect("b", other);
    a.connection().subscribed(3, None);
    house.clock.advance(1000);
    let elsewhere = Applicant { project: ProjectId(2), ..applicant(Some("ada")) };
    let _c = house.connect("c", elsewhere);
    let _d = house.connect("d", applicant(None));
    let all = serde_json::to_value(house.registry.stats(None)).expect("JSON");
    let expected = json!({
        "total": 4, "totalConnections": 4, "byUser": { "ada": 3 }, "uniqueUsers": 2,
        "averageUptime": 500.0, "averageSubscriptions": 0.75,
        "byProtocol": { "json": 3, "sse": 1 },
    });
    assert_eq!(all, expected);
    let one = house.registry.stats(Some(ProjectId(2)));
    assert_eq!((one.total, one.unique_users, one.average_uptime), (1, 1, 0.0));
}

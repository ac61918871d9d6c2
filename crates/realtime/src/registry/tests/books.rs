//! Counters, departures, sweeps.

use std::collections::BTreeMap;

use model::Clock;

use super::*;

#[test]
fn disconnects_are_counted_by_their_first_reason() {
    let house = House::of(10, 0);
    drop(house.connect("a", applicant(None)));
    house.connect("b", applicant(None)).finish(CloseReason::HeartbeatTimeout);
    let c = house.connect("c", applicant(None));
    c.connection().close(CloseReason::Operator);
    c.connection().close(CloseReason::Abuse);
    c.finish(CloseReason::Gone);
    assert_eq!(
        house.closed(),
        [("c".to_owned(), CloseReason::Operator), ("c".to_owned(), CloseReason::Operator)]
    );
    let counters = house.registry.counters();
    assert_eq!(counters.connects, 3);
    let each = [CloseReason::Gone, CloseReason::HeartbeatTimeout, CloseReason::Operator];
    assert_eq!(counters.disconnects, BTreeMap::from(each.map(|reason| (reason, 1))));
}

#[test]
fn refusals_are_counted_by_reason() {
    let house = House::of(1, 0);
    let _place = house.connect("a", applicant(None));
    assert_eq!(house.refusal(applicant(None)), Some(LimitError::Full));
    assert_eq!(house.refusal(applicant(None)), Some(LimitError::Full));
    house.registry.rejected(Rejection::Unauthorised);
    let counters = serde_json::to_value(house.registry.counters()).expect("JSON");
    assert_eq!(counters["rejected"], serde_json::json!({ "full": 2, "unauthorised": 1 }));
}

#[test]
fn coming_back_within_a_minute_is_a_reconnect_once_for_each_departure() {
    let house = House::of(10, 0);
    let reconnects = || house.registry.counters().reconnects;
    let ada = || Applicant { per_user: 0, ..applicant(Some("ada")) };
    drop(["a", "b"].map(|id| house.connect(id, ada())));
    let elsewhere = Applicant { ip: address(9), ..ada() };
    let _others = [house.connect("c", elsewhere), house.connect("d", applicant(Some("bob")))];
    assert_eq!(reconnects(), 0);
    house.clock.advance(60_000);
    let back = ["e", "f", "g"].map(|id| house.connect(id, ada()));
    assert_eq!(reconnects(), 2);
    drop(back);
    house.clock.advance(60_001);
    let _too_late = house.connect("h", ada());
    assert_eq!(reconnects(), 2);
}

#[test]
fn departures_are_remembered_in_bounded_memory() {
    let house = House::of(10, 0);
    for n in 0..20_000 {
        let user = format!("user {n}");
        drop(house.connect("a", applicant(Some(&user))));
    }
    assert_eq!(house.registry.table().departures.len(), 16_384);
    let _forgotten = house.connect("b", applicant(Some("user 0")));
    let _known = house.connect("c", applicant(Some("user 19999")));
    assert_eq!(house.registry.counters().reconnects, 1);
    house.clock.advance(60_001);
    let _later = house.connect("d", applicant(None));
    assert_eq!(house.registry.table().departures.len(), 0);
}

#[test]
fn five_minutes_without_subscription_and_message_are_idle_whatever_the_heartbeat_says() {
    let house = House::of(10, 0);
    let held = ["a", "b", "c", "d"].map(|id| house.connect(id, applicant(None)));
    let idle = |limit| -> Vec<String> {
        house.registry.idle(limit).iter().map(|r| r.id().to_string()).collect()
    };
    house.clock.advance(299_999);
    assert_eq!(idle(10), [""; 0]);
    held[0].connection().subscribed(2, None);
    held[1].connection().received(5, house.clock.now());
    held[2].connection().seen(house.clock.now());
    house.clock.advance(1);
    assert_eq!(idle(10), ["c", "d"]);
    assert_eq!(idle(1), ["c"]);
    house.clock.advance(300_000);
    held[0].connection().subscribed(0, None);
    assert_eq!(idle(10), ["a", "b", "c", "d"]);
}

#[test]
fn an_id_given_out_twice_closes_the_older() {
    let house = House::of(10, 0);
    let older = house.connect("a", applicant(Some("ada")));
    let newer = house.connect("a", applicant(Some("bob")));
    assert_eq!(house.closed(), [("a".to_owned(), CloseReason::Replaced)]);
    drop(older);
    assert_indexes_agree(&house.registry);
    assert_eq!(house.registry.get("a").expect("listed").user(), Some("bob"));
    drop(newer);
    assert_empty(&house.registry);
}

use model::Clock;

use super::*;

#[test]
fn a_reservation_counts_before_it_is_a_connection_and_not_after_it_is_dropped() {
    let house = House::of(1, 0);
    let (reservation, _) = house.registry.reserve(applicant(None)).expect("a place");
    assert_eq!((house.registry.held(), house.registry.count()), (1, 0));
    assert_eq!(house.refusal(applicant(None)), Some(LimitError::Full));
    drop(reservation);
    assert_empty(&house.registry);
    let registered = house.connect("a", applicant(None));
    assert_eq!((house.registry.held(), house.registry.count()), (1, 1));
    drop(registered);
    assert_empty(&house.registry);
}

#[test]
fn whoever_is_refused_is_told_in_the_words_of_the_protocols() {
    assert_eq!(LimitError::CODE, "MAX_CONNECTIONS_EXCEEDED");
    for error in [LimitError::Full, LimitError::PerUser, LimitError::PerIp] {
        assert_eq!(error.to_string(), "Connection limit reached");
    }
}

#[test]
fn a_user_has_three_of_the_json_protocol() {
    let house = House::of(100, 0);
    let ids = ["a", "b", "c"];
    let held = ids.map(|id| house.connect(id, applicant(Some("ada"))));
    assert_eq!(house.refusal(applicant(Some("ada"))), Some(LimitError::PerUser));
    // Others are others: another user, the same name elsewhere, nobody, another protocol.
    let _bob = house.connect("d", applicant(Some("bob")));
    let elsewhere = Applicant { project: ProjectId(2), ..applicant(Some("ada")) };
    let _elsewhere = house.connect("e", elsewhere);
    let _anonymous = house.connect("f", applicant(None));
    let socket_io =
        || Applicant { protocol: Protocol::SocketIo, per_user: 0, ..applicant(Some("ada")) };
    let _unlimited: Vec<_> =
        (0..10).map(|n| house.connect(&format!("s{n}"), socket_io())).collect();
    assert_eq!(house.refusal(applicant(Some("ada"))), Some(LimitError::PerUser));
    drop(held);
    assert_eq!(house.refusal(applicant(Some("ada"))), None);
}

#[test]
fn the_stalest_connection_of_a_user_makes_room_for_the_same_user() {
    let house = House::of(3, 3);
    let held = ["a", "b", "c"].map(|id| house.connect(id, applicant(Some("ada"))));
    house.clock.advance(house.registry.options().stale_after);
    assert_eq!(house.refusal(applicant(Some("ada"))), Some(LimitError::PerUser));
    held[0].connection().seen(house.clock.now());
    house.clock.advance(1);
    held[2].connection().seen(house.clock.now());
    // All three limits are reached, and none is in the way of whoever takes their own place.
    let (reservation, evict) = house.registry.reserve(applicant(Some("ada"))).expect("a place");
    let evict = evict.expect("b was silent for longest");
    assert_eq!((&**evict.id(), evict.reason), ("b", CloseReason::Replaced));
    assert!(house.registry.get("b").is_none());
    assert_eq!(house.registry.held(), 3);
    evict.close();
    assert_eq!(house.closed(), [("b".to_owned(), CloseReason::Replaced)]);
    let _registered = reservation.register(house.info("d"));
    drop(held);
    assert_eq!(house.registry.count(), 1);
    assert_indexes_agree(&house.registry);
}

#[test]
fn replacing_somewhere_else_does_not_pass_the_limit_per_ip() {
    let house = House::of(100, 1);
    let one = |last| Applicant { ip: address(last), per_user: 1, ..applicant(Some("ada")) };
    let _ada = house.connect("a", one(1));
    let _bob = house.connect("b", Applicant { ip: address(2), ..applicant(Some("bob")) });
    house.clock.advance(1_000_000);
    assert_eq!(house.refusal(one(2)), Some(LimitError::PerIp));
    assert!(house.registry.get("a").is_some(), "a refusal costs nobody anything");
}

#[test]
fn an_address_and_a_network_have_their_limit() {
    let house = House::of(100, 2);
    let from = |ip: &str| Applicant { ip: ip.parse().expect("an ip"), ..applicant(None) };
    let _a = house.connect("a", from("2001:db8::1"));
    let _b = house.connect("b", from("2001:db8::2"));
    assert_eq!(house.refusal(from("2001:db8::3")), Some(LimitError::PerIp));
    assert_eq!(house.refusal(from("2001:db8:0:1::3")), None);
    assert_eq!(house.registry.held_from("2001:db8::9".parse().expect("an ip")), 2);
}

#[test]
fn when_all_is_full_a_vip_takes_the_place_of_the_idlest() {
    let house = House::of(4, 0);
    let [a, b, c] = ["a", "b", "c"].map(|id| house.connect(id, applicant(None)));
    let _operator = house.connect("v", vip());
    a.connection().subscribed(1, None);
    house.clock.advance(1000);
    b.connection().received(10, house.clock.now());
    assert_eq!(house.refusal(applicant(None)), Some(LimitError::Full));

    let mut evicted = Vec::new();
    let mut operators = Vec::new();
    for n in 0..2 {
        let (reservation, evict) = house.registry.reserve(vip()).expect("a place");
        evicted.push(evict.expect("somebody goes").id().to_string());
        assert_eq!(house.registry.held(), 4);
        operators.push(reservation.register(house.info(&format!("v{n}"))));
    }
    // First the silent, then the one that spoke, though it spoke later than "a" ever did.
    assert_eq!(evicted, ["c", "b"]);
    // The evicted connection's own end frees nothing twice.
    drop((b, c));
    assert_eq!(house.registry.held(), 4);
    assert_indexes_agree(&house.registry);
}

#[test]
fn of_equally_idle_ones_the_oldest_goes() {
    let house = House::of(2, 0);
    // Ids in the other order, so that it is not they who decide.
    let old = house.connect("z", applicant(None));
    house.clock.advance(5);
    let young = house.connect("y", applicant(None));
    for registered in [&old, &young] {
        registered.connection().received(1, house.clock.now());
    }
    let (_place, evict) = house.registry.reserve(vip()).expect("a place");
    assert_eq!(evict.map(|e| e.id().to_string()).as_deref(), Some("z"));
}

#[test]
fn vips_do_not_take_places_from_vips_or_from_handshakes() {
    let house = House::of(2, 0);
    let _operator = house.connect("v", vip());
    let (_reservation, _) = house.registry.reserve(applicant(None)).expect("a place");
    assert_eq!(house.refusal(vip()), Some(LimitError::Full));
}

use proptest::prelude::*;

use super::*;

fn user(id: &str, roles: &[&str], channels: &[&str]) -> Identity {
    Identity {
        user_id: Some(id.to_owned()),
        roles: roles.iter().map(ToString::to_string).collect(),
        channels: channels.iter().map(|c| ChannelPattern::parse(c).expect("pattern")).collect(),
        ..Identity::anonymous(ProjectId(1), 0)
    }
}

#[test]
fn rooms_are_for_those_they_are_meant_for() {
    let ann = user("ann", &["buyer"], &["channel:orders", "chat:7:*"]);
    let open = ["channel:news:*".to_owned(), "lobby".to_owned()];
    for (room, answer) in [
        ("user:ann", Ok(())),
        ("role:buyer", Ok(())),
        ("channel:orders", Ok(())),
        ("chat:7:a", Ok(())),
        ("channel:news:today", Ok(())),
        ("lobby", Ok(())),
        ("user:bob", Err(RoomRefusal::Reserved)),
        ("user:", Err(RoomRefusal::Reserved)),
        ("USER:ann", Err(RoomRefusal::Reserved)),
        ("role:admin", Err(RoomRefusal::Reserved)),
        ("device:d1", Err(RoomRefusal::Reserved)),
        ("level:error", Err(RoomRefusal::Reserved)),
        ("sb:internal", Err(RoomRefusal::Reserved)),
        ("channel:orders:eu", Err(RoomRefusal::NotAllowed)),
        ("channel:order", Err(RoomRefusal::NotAllowed)),
        ("chat:7:", Err(RoomRefusal::NotAllowed)),
        ("chat:71:a", Err(RoomRefusal::NotAllowed)),
        ("anything", Err(RoomRefusal::NotAllowed)),
        ("", Err(RoomRefusal::Malformed)),
        ("channel:orders\n", Err(RoomRefusal::Malformed)),
        (&"x".repeat(201), Err(RoomRefusal::Malformed)),
    ] {
        assert_eq!(ann.may_join(room, &open), answer, "{room:?}");
    }
}

#[test]
fn patterns_are_a_name_or_a_prefix() {
    for good in ["channel:orders", "channel:*", "lobby", "chat:7:*", "频道:*"] {
        assert!(ChannelPattern::parse(good).is_ok(), "{good}");
    }
    for (bad, why) in [
        ("", ChannelError::Form),
        ("a\u{7}", ChannelError::Form),
        ("*", ChannelError::Wildcard),
        (":*", ChannelError::Wildcard),
        ("chan*", ChannelError::Wildcard),
        ("a:*:b", ChannelError::Wildcard),
        ("a:**", ChannelError::Wildcard),
        ("user:*", ChannelError::Reserved),
        ("Role:admin", ChannelError::Reserved),
        ("sb:*", ChannelError::Reserved),
    ] {
        assert_eq!(ChannelPattern::parse(bad), Err(why), "{bad:?}");
    }
}

#[test]
fn administrators_and_operators_keep_their_place() {
    let operator = IdentityKind::Operator { role: Role::Viewer };
    assert_eq!(user("a", &["buyer"], &[]).tier(), Tier::Normal);
    assert_eq!(user("a", &["admin"], &[]).tier(), Tier::Vip);
    assert_eq!(Identity { kind: operator, ..user("a", &[], &[]) }.tier(), Tier::Vip);
}

#[test]
fn logs_need_the_permission_and_the_device() {
    let mut ann = user("ann", &[], &[]);
    ann.devices = DeviceAccess::Only(vec!["d1".into()]);
    assert!(!ann.may_read_logs_of("d1"));
    ann.permissions = [Permission::ReadLogs].into_iter().collect();
    assert!(ann.may_read_logs_of("d1") && !ann.may_read_logs_of("d2"));
    assert!(!ann.may_see_device("d1"));
    ann.devices = DeviceAccess::All;
    assert!(ann.may_read_logs_of("d2"));
}

/// Names that look like the ones that matter, and some that do not.
fn rooms() -> impl Strategy<Value = String> {
    let family = prop::sample::select(vec![
        "user:", "role:", "device:", "level:", "sb:", "channel:", "User:", "",
    ]);
    (family, "[a-c*:\u{1}é]{0,4}").prop_map(|(family, rest)| format!("{family}{rest}"))
}

proptest! {
    #[test]
    fn no_pattern_ever_opens_a_reserved_room(
        room in rooms(),
        patterns in prop::collection::vec(rooms(), 0..6),
        id in "[a-c]{1,2}",
    ) {
        let good = |p: &String| ChannelPattern::parse(p).ok();
        let mut ann = user(&id, &["b"], &[]);
        ann.channels = patterns.iter().filter_map(good).collect();
        let own: Vec<_> = ann.own_rooms().collect();
        let granted = ann.may_join(&room, &patterns).is_ok();
        if rooms::reserved(&room) {
            prop_assert_eq!(granted, own.contains(&room));
        }
        if granted {
            prop_assert!(check_room(&room).is_ok());
        }
    }

    #[test]
    fn a_granted_room_is_owned_or_covered(room in rooms(), open in rooms()) {
        let ann = user("a", &["b"], &["channel:a", "channel:b:*"]);
        if ann.may_join(&room, std::slice::from_ref(&open)).is_ok() {
            let own = ["user:a", "role:b", "channel:a"].contains(&room.as_str());
            let below = room.strip_prefix("channel:b:").is_some_and(|rest| !rest.is_empty());
            prop_assert!(own || below || channel_matches(&open, &room));
        }
    }

    #[test]
    fn nothing_is_open_to_a_stranger(room in rooms()) {
        let stranger = Identity::anonymous(ProjectId(1), 0);
        prop_assert!(stranger.may_join(&room, &[]).is_err());
    }

    #[test]
    fn permissions_are_a_set(picked in prop::collection::vec(0usize..5, 0..8)) {
        let set: Permissions = picked.iter().map(|&i| Permission::ALL[i]).collect();
        for (i, &permission) in Permission::ALL.iter().enumerate() {
            prop_assert_eq!(set.contains(permission), picked.contains(&i));
        }
    }
}

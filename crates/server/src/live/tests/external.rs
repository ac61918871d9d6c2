use model::identity::{DeviceAccess, Permission, Tier};
use serde_json::{Value, json};
use store::control::{Actor, NewRevocation, TokenMaterial};

use super::{Bench, NOW, SECONDS, SECRET, token};
use crate::live::AuthRefusal;

#[test]
fn claims_are_read_as_the_table_says() {
    let bench = Bench::new();
    for (claims, user, roles) in [
        (json!({}), "ann", &[][..]),
        (json!({"uid": "bob"}), "ann", &[]),
        (json!({"sub": null, "uid": "bob", "id": "carl"}), "bob", &[]),
        (json!({"sub": 7}), "7", &[]),
        (json!({"sub": null, "id": 42}), "42", &[]),
        (json!({"sub": null, "userId": "dora"}), "dora", &[]),
        (json!({"role": "buyer"}), "ann", &["buyer"]),
        (json!({"roles": ["b", "a", "b"]}), "ann", &["a", "b"]),
        (json!({"role": "buyer", "roles": ["seller"]}), "ann", &["buyer"]),
        (json!({"role": null, "roles": ["seller"]}), "ann", &["seller"]),
        (json!({"aud": "shop"}), "ann", &[]),
        (json!({"aud": ["x", "signalbox-realtime"]}), "ann", &[]),
        (json!({"permissions": {"of": "somebody else"}}), "ann", &[]),
    ] {
        let identity = bench.signed(&claims).unwrap_or_else(|why| panic!("{claims}: {why}"));
        assert_eq!(identity.user_id.as_deref(), Some(user), "{claims}");
        assert_eq!(identity.roles, roles, "{claims}");
    }
}

#[test]
fn what_a_token_grants_is_no_more_than_it_can() {
    let bench = Bench::new();
    let plain = bench.signed(&json!({})).expect("plain");
    assert_eq!((plain.devices, plain.permissions.iter().count()), (DeviceAccess::None, 0));
    let rich = bench.signed(&json!({
        "role": "admin", "channels": ["channel:orders:*"], "devices": "*",
        "permissions": ["logs:read", "control", "orders:write"],
    }));
    let rich = rich.expect("rich");
    assert!(rich.may_read_logs_of("d1") && !rich.may(Permission::Control));
    assert_eq!(rich.permissions.iter().count(), 1);
    assert_eq!(rich.tier(), Tier::Vip);
    assert_eq!(rich.may_join("channel:orders:7", &[]), Ok(()));
    let some = bench.signed(&json!({"devices": ["d1"]})).expect("some");
    assert_eq!(some.devices, DeviceAccess::Only(vec!["d1".into()]));
}

#[test]
fn unusable_claims_are_refused() {
    let bench = Bench::new();
    let many = |n: usize| (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>();
    for (claims, claim) in [
        (json!({"sub": null}), "user id"),
        (json!({"sub": ""}), "user id"),
        (json!({"sub": "x".repeat(129)}), "user id"),
        (json!({"sub": "a\nb"}), "user id"),
        (json!({"sub": 1.5}), "user id"),
        (json!({"sub": true}), "user id"),
        (json!({"sub": "operator:admin"}), "user id"),
        (json!({"role": {"admin": true}}), "roles"),
        (json!({"roles": many(17)}), "roles"),
        (json!({"roles": [""]}), "roles"),
        (json!({"channels": ["user:*"]}), "channels"),
        (json!({"channels": ["*"]}), "channels"),
        (json!({"channels": many(65)}), "channels"),
        (json!({"devices": many(201)}), "devices"),
        (json!({"devices": [1]}), "devices"),
        (json!({"jti": 7}), "jti"),
        (json!({"exp": "tomorrow"}), "exp"),
        (json!({"exp": null}), "exp"),
    ] {
        assert_eq!(bench.signed(&claims), Err(AuthRefusal::Claim(claim)), "{claims}");
    }
    for aud in [json!("other"), json!([]), json!(["a", "b"]), json!(7), json!(null)] {
        assert_eq!(bench.signed(&json!({"aud": aud})), Err(AuthRefusal::Audience), "{aud}");
    }
}

#[test]
fn time_decides_with_half_a_minute_of_leeway() {
    let check = |allow_long: bool, cases: &[(Value, Result<(), AuthRefusal>)]| {
        let bench = Bench::new();
        bench.settings(|settings| settings.realtime.allow_long_tokens = allow_long);
        for (claims, want) in cases {
            assert_eq!(&bench.signed(claims).map(drop), want, "long {allow_long}: {claims}");
        }
    };
    let at = |iat: i64, exp: i64| json!({"iat": SECONDS + iat, "exp": SECONDS + exp});
    let always = [
        (at(-600, -29), Ok(())),
        (at(-600, -30), Err(AuthRefusal::Expired)),
        (at(30, 600), Ok(())),
        (at(31, 600), Err(AuthRefusal::NotYetValid)),
        (at(1_000_000, 1_000_600), Err(AuthRefusal::NotYetValid)),
        (json!({"nbf": SECONDS + 30}), Ok(())),
        (json!({"nbf": SECONDS + 31}), Err(AuthRefusal::NotYetValid)),
        (json!({"exp": 1e300}), Err(AuthRefusal::TooLong)),
        (json!({"exp": -1e300}), Err(AuthRefusal::Expired)),
    ];
    check(false, &always);
    check(true, &always);
    let (quarter, month) = (900, 30 * 86_400);
    let late = Err(AuthRefusal::TooLong);
    check(
        false,
        &[(at(0, quarter), Ok(())), (at(0, quarter + 1), late), (json!({"iat": null}), late)],
    );
    check(
        true,
        &[(at(0, month), Ok(())), (at(0, month + 1), late), (json!({"iat": null}), Ok(()))],
    );
}

#[test]
fn the_key_is_found_by_its_id_and_its_project() {
    let bench = Bench::new();
    let other = bench.project("other");
    let (good, secret) = (json!({}), TokenMaterial::Hs256(SECRET.to_vec()));
    let verify = |kid, hint| bench.verifier.verify(&token(kid, SECRET, &good), hint).map(drop);
    assert_eq!(verify(Some("hs"), Some("shop")), Ok(()));
    assert_eq!(verify(Some("hs"), Some("other")), Err(AuthRefusal::UnknownKey));
    assert_eq!(verify(Some("hs"), Some("missing")), Err(AuthRefusal::UnknownProject));
    assert_eq!(verify(Some("no such"), None), Err(AuthRefusal::UnknownKey));
    assert_eq!(verify(None, Some("shop")), Ok(()), "its only key");
    assert_eq!(verify(None, None), Err(AuthRefusal::UnknownProject));

    bench.key(other, "hs", secret.clone());
    assert_eq!(verify(Some("hs"), None), Err(AuthRefusal::UnknownProject), "which of the two?");
    assert_eq!(verify(Some("hs"), Some("shop")), Ok(()));
    bench.key(bench.shop, "hs-2", secret);
    assert_eq!(verify(None, Some("shop")), Err(AuthRefusal::UnknownKey), "which of the two?");
}

#[test]
fn projects_may_name_their_claims_themselves() {
    let bench = Bench::new();
    bench.settings(|settings| {
        settings.realtime.claims.user_id = vec!["employee".into()];
        settings.realtime.claims.roles = vec!["https://shop.example/groups".into()];
    });
    let claims = json!({"employee": 7, "https://shop.example/groups": ["ops"], "role": "admin"});
    let identity = bench.signed(&claims).expect("accepted");
    assert_eq!(identity.user_id.as_deref(), Some("7"));
    assert_eq!(identity.roles, ["ops"]);
    assert_eq!(bench.signed(&json!({})), Err(AuthRefusal::Claim("user id")));
}

#[test]
fn what_is_revoked_gets_in_no_more_and_does_not_stay() {
    let bench = Bench::new();
    let revoke = |what: NewRevocation| {
        bench.control.revoke_tokens(&Actor::system(), bench.shop, &what, "x").expect("revoked");
    };
    let (first, second) = (json!({"jti": "t1"}), json!({"jti": "t2"}));
    let open = bench.signed(&first).expect("good");
    assert_eq!(bench.verifier.recheck(&open), Ok(()));
    let mut changes = bench.verifier.changes();
    changes.mark_unchanged();
    revoke(NewRevocation::Token("t1".into()));
    assert!(changes.has_changed().expect("open"), "open connections are told");
    assert_eq!(bench.verifier.recheck(&open), Err(AuthRefusal::Revoked));
    assert_eq!(bench.signed(&first), Err(AuthRefusal::Revoked));
    let open = bench.signed(&second).expect("another token");

    revoke(NewRevocation::User("ann".into()));
    assert_eq!(bench.verifier.recheck(&open), Err(AuthRefusal::Revoked));
    assert_eq!(bench.signed(&second), Err(AuthRefusal::Revoked));
    assert!(bench.signed(&json!({"sub": "bob"})).is_ok());
    bench.clock.set(NOW + 1000);
    assert!(bench.signed(&json!({"iat": SECONDS + 1})).is_ok(), "a later sign-in");
    bench.settings(|settings| settings.realtime.allow_long_tokens = true);
    let timeless = bench.signed(&json!({"iat": null}));
    assert_eq!(timeless, Err(AuthRefusal::Revoked), "who knows when it was issued");
}

#[test]
fn an_open_connection_expires_with_its_token() {
    let bench = Bench::new();
    let open = bench.signed(&json!({})).expect("good");
    bench.clock.set(NOW + 600_000 + 29_999);
    assert_eq!(bench.verifier.recheck(&open), Ok(()));
    bench.clock.advance(1);
    assert_eq!(bench.verifier.recheck(&open), Err(AuthRefusal::Expired));
}

#[test]
fn nobody_gets_in_without_a_token_unless_the_project_says_so() {
    let bench = Bench::new();
    let verify = |hint| bench.verifier.verify("", hint);
    for hint in [None, Some("shop"), Some("missing")] {
        let refusal = verify(hint).expect_err("closed");
        assert_eq!(refusal, AuthRefusal::Missing);
        assert_eq!(refusal.public_message(), "Authentication required");
    }
    bench.settings(|settings| settings.realtime.allow_anonymous = true);
    let anonymous = verify(Some("shop")).expect("open");
    assert_eq!((anonymous.user_id.clone(), anonymous.tier()), (None, Tier::Normal));
    assert_eq!(verify(None), Err(AuthRefusal::Missing));
    bench.settings(|settings| settings.realtime.allow_anonymous = false);
    assert_eq!(bench.verifier.recheck(&anonymous), Err(AuthRefusal::Withdrawn));
}

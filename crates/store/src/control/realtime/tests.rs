use std::sync::Arc;

use model::{ManualClock, ProjectId, ProjectSettings};
use tempfile::TempDir;

use super::*;
use crate::control::{Actor, ControlError, MasterKey, NewProject, SessionLimits};

struct Bench {
    control: Control,
    clock: Arc<ManualClock>,
    dir: TempDir,
    shop: ProjectId,
}

fn open(dir: &TempDir, clock: &Arc<ManualClock>) -> Control {
    let key = MasterKey::from_bytes([7; 32]);
    Control::open(&dir.path().join("control.db"), key, clock.clone()).expect("open")
}

fn bench(allow_long_tokens: bool) -> Bench {
    let dir = tempfile::tempdir().expect("dir");
    let clock = Arc::new(ManualClock::at(1_000_000));
    let control = open(&dir, &clock);
    let mut settings = ProjectSettings::default();
    settings.realtime.allow_long_tokens = allow_long_tokens;
    let new =
        NewProject { slug: "shop".into(), name: "Shop".into(), settings, ..NewProject::default() };
    let shop = control.create_project(&Actor::system(), new).expect("project").id;
    Bench { control, clock, dir, shop }
}

fn new_key(kid: &str, material: Option<TokenMaterial>) -> NewTokenKey {
    NewTokenKey { name: "sso".into(), kid: Some(kid.into()), material }
}

#[test]
fn keys_come_back_as_they_went_in() {
    let Bench { control, clock, dir, shop } = bench(false);
    let rsa = TokenMaterial::Rs256 { n: vec![0xc5; 256], e: vec![1, 0, 1] };
    let ed = TokenMaterial::EdDsa([9; 32]);
    let by = Actor::system();
    let made = control.create_token_key(&by, shop, new_key("hs", None)).expect("made");
    let secret = made.secret.expect("made here");
    for (kid, material) in [("rs", &rsa), ("ed", &ed)] {
        let new = new_key(kid, Some(material.clone()));
        assert!(control.create_token_key(&by, shop, new).expect(kid).secret.is_none());
    }
    let reopened = open(&dir, &clock).directory();
    for (kid, want) in
        [("hs", &TokenMaterial::Hs256(secret.into_bytes())), ("rs", &rsa), ("ed", &ed)]
    {
        let [key] = reopened.token_keys(kid) else { panic!("one key {kid}") };
        assert_eq!((&key.material, key.project), (want, shop));
    }
}

#[test]
fn weak_or_misnamed_keys_are_refused() {
    let Bench { control, shop, .. } = bench(false);
    let rsa = |bytes: usize, e: &[u8]| TokenMaterial::Rs256 { n: vec![0xc5; bytes], e: e.to_vec() };
    for (kid, material, field) in [
        ("a", TokenMaterial::Hs256(b"short".to_vec()), "secret"),
        ("a", TokenMaterial::Hs256(vec![b'a'; 64]), "secret"),
        ("a", TokenMaterial::Hs256((0..=255).cycle().take(513).collect()), "secret"),
        ("a", rsa(128, &[1, 0, 1]), "publicKey"),
        ("a", rsa(513, &[1, 0, 1]), "publicKey"),
        ("a", rsa(256, &[1]), "publicKey"),
        ("a", rsa(256, &[2]), "publicKey"),
        ("a", rsa(0, &[]), "publicKey"),
        ("", TokenMaterial::EdDsa([9; 32]), "kid"),
        ("a b", TokenMaterial::EdDsa([9; 32]), "kid"),
        (TICKET_KEY_ID, TokenMaterial::EdDsa([9; 32]), "kid"),
    ] {
        let new = new_key(kid, Some(material));
        let refused = control.create_token_key(&Actor::system(), shop, new);
        let Err(ControlError::Invalid(problems)) = refused else { panic!("{kid}: {refused:?}") };
        assert_eq!(problems[0].field, field);
    }
}

#[test]
fn a_revoked_key_is_gone_at_once_and_its_id_is_never_used_again() {
    let Bench { control, shop, .. } = bench(false);
    let by = Actor::system();
    let key = control.create_token_key(&by, shop, new_key("hs", None)).expect("made").info;
    let changes = control.identity_changes();
    let before = *changes.borrow();
    control.revoke_token_key(&by, shop, key.id).expect("revoked");
    assert!(*changes.borrow() > before);
    assert!(control.directory().token_keys("hs").is_empty());
    let again = control.create_token_key(&by, shop, new_key("hs", None));
    assert!(matches!(again, Err(ControlError::Conflict(_))));
    control.revoke_token_key(&by, shop, key.id).expect("a second time");
}

#[test]
fn a_revocation_covers_what_was_issued_before_it() {
    let Bench { control, clock, shop, .. } = bench(false);
    let revoke = |what: NewRevocation| {
        control.revoke_tokens(&Actor::system(), shop, &what, "x").expect("revoked")
    };
    let mut changes = control.identity_changes();
    changes.mark_unchanged();
    let told = revoke(NewRevocation::User("ann".into()));
    assert!(changes.has_changed().expect("open"));
    revoke(NewRevocation::Token("t1".into()));
    let covers = |token, user, at| control.is_revoked(shop, token, user, at);
    assert!(covers(None, Some("ann"), told.since) && covers(None, Some("ann"), 0));
    assert!(!covers(None, Some("ann"), told.since + 1));
    assert!(covers(Some("t1"), Some("bob"), told.since + 1));
    assert!(!covers(Some("t2"), Some("bob"), 0) && !covers(None, None, 0));
    assert!(!control.is_revoked(ProjectId(99), Some("t1"), Some("ann"), 0));

    clock.advance(1000);
    let later = revoke(NewRevocation::User("ann".into()));
    assert!(covers(None, Some("ann"), later.since));
}

#[test]
fn revocations_survive_a_restart_and_go_when_the_last_token_has_expired() {
    for (long, keep) in [(false, MAX_TOKEN_MS), (true, LONGEST_TOKEN_MS)] {
        let Bench { control, clock, dir, shop } = bench(long);
        let what = NewRevocation::Token("t1".into());
        let told = control.revoke_tokens(&Actor::system(), shop, &what, "t1").expect("revoked");
        assert!(told.expires_at > told.since + keep);
        assert!(open(&dir, &clock).is_revoked(shop, Some("t1"), None, 0));
        let limits = SessionLimits { idle_ms: 1, max_ms: 1 };
        assert_eq!(control.housekeep(limits, 1 << 40).expect("swept").revocations, 0);
        clock.set(told.expires_at);
        assert_eq!(control.housekeep(limits, 1 << 40).expect("swept").revocations, 1);
        assert!(!control.is_revoked(shop, Some("t1"), None, 0));
        assert!(!open(&dir, &clock).is_revoked(shop, Some("t1"), None, 0));
    }
}

#[test]
fn the_ticket_secret_is_the_installations_own() {
    let Bench { control, clock, dir, .. } = bench(false);
    assert_eq!(control.ticket_secret(), open(&dir, &clock).ticket_secret());
    let other = tempfile::tempdir().expect("dir");
    let path = other.path().join("control.db");
    let other = Control::open(&path, MasterKey::generate(), clock).expect("open");
    assert_ne!(control.ticket_secret(), other.ticket_secret());
}

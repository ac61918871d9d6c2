use model::identity::{
    ChannelPattern, DeviceAccess, Identity, IdentityKind, Issuer, Permission, Permissions,
};
use model::{KeyKind, ProjectId, Role, Scope};
use proptest::prelude::*;
use store::control::{Actor, NewKey, NewOperator, OperatorChange, PasswordHash};

use super::{Bench, NOW};
use crate::live::AuthRefusal;
use crate::live::ticket::Tickets;

fn ticket(project: ProjectId, issuer: Issuer, kind: IdentityKind) -> Identity {
    Identity {
        issuer,
        kind,
        token_id: Some("j".into()),
        expires_at: Some(NOW + 600_000),
        ..Identity::anonymous(project, NOW)
    }
}

fn secret_key(bench: &Bench) -> i64 {
    let new = NewKey {
        name: "back end".into(),
        kind: KeyKind::Secret,
        scopes: Some(vec![Scope::RealtimeTickets]),
        origins: Vec::new(),
        env: None,
        expires_at: Some(NOW + 60_000),
    };
    bench.control.create_key(&Actor::system(), bench.shop, new).expect("key").info.id
}

#[test]
fn a_ticket_ends_with_its_key() {
    for revoked in [true, false] {
        let bench = Bench::new();
        let key = secret_key(&bench);
        let machine = ticket(bench.shop, Issuer::Key(key), IdentityKind::Machine { key });
        let token = bench.verifier.ticket(&machine).expect("signed");
        let open = bench.verify(&token).expect("good");
        assert_eq!(open, machine);
        if revoked {
            bench.control.revoke_key(&Actor::system(), bench.shop, key).expect("revoked");
        } else {
            bench.clock.set(NOW + 60_000);
        }
        assert_eq!(bench.verify(&token), Err(AuthRefusal::Withdrawn));
        assert_eq!(bench.verifier.recheck(&open), Err(AuthRefusal::Withdrawn));
    }
}

#[test]
fn a_ticket_ends_with_its_operators_rights() {
    let changes = [
        OperatorChange { disabled: Some(true), ..OperatorChange::default() },
        OperatorChange { role: Some(Role::Viewer), ..OperatorChange::default() },
        OperatorChange { projects: Some(Vec::new()), ..OperatorChange::default() },
    ];
    for change in changes {
        let bench = Bench::new();
        let by = Actor::system();
        bench.control.create_admin("root").expect("an admin stays");
        let new = NewOperator {
            username: "bob".into(),
            password: PasswordHash::of("correct horse battery", "bob").expect("hash"),
            role: Role::Operator,
            projects: vec![bench.shop],
            must_change_password: false,
        };
        let id = bench.control.create_operator(&by, new).expect("bob").id;
        let kind = IdentityKind::Operator { role: Role::Operator };
        let bob = ticket(bench.shop, Issuer::Operator(id), kind);
        let token = bench.verifier.ticket(&bob).expect("signed");
        let open = bench.verify(&token).expect("good");
        let mut told = bench.verifier.changes();
        told.mark_unchanged();
        bench.control.update_operator(&by, id, change.clone()).expect("changed");
        assert!(told.has_changed().expect("open"), "{change:?}");
        assert_eq!(bench.verify(&token), Err(AuthRefusal::Withdrawn), "{change:?}");
        assert_eq!(bench.verifier.recheck(&open), Err(AuthRefusal::Withdrawn), "{change:?}");
        bench.control.delete_operator(&by, id).expect("deleted");
        assert_eq!(bench.verifier.recheck(&open), Err(AuthRefusal::Withdrawn));
    }
}

#[test]
fn a_ticket_is_for_one_project_and_not_for_its_namesake() {
    let bench = Bench::new();
    bench.project("other");
    let key = secret_key(&bench);
    let token = bench.verifier.ticket(&ticket(bench.shop, Issuer::Key(key), IdentityKind::User));
    let token = token.expect("signed");
    assert!(bench.verifier.verify(&token, Some("shop")).is_ok());
    let elsewhere = bench.verifier.verify(&token, Some("other"));
    assert_eq!(elsewhere, Err(AuthRefusal::UnknownProject));
    bench.control.delete_project(&Actor::system(), bench.shop).expect("deleted");
    bench.project("shop");
    assert_eq!(bench.verify(&token), Err(AuthRefusal::UnknownProject));
}

#[test]
fn tickets_expire_and_are_of_one_installation() {
    let bench = Bench::new();
    let key = secret_key(&bench);
    let user = ticket(bench.shop, Issuer::Key(key), IdentityKind::User);
    let foreign = Tickets::new(&[9; 32]).sign(&user).expect("signed");
    assert_eq!(bench.verify(&foreign), Err(AuthRefusal::Signature));
    let token = bench.verifier.ticket(&user).expect("signed");
    bench.clock.set(NOW + 630_000);
    assert_eq!(bench.verify(&token), Err(AuthRefusal::Expired));
}

#[test]
fn what_nobody_answers_for_gets_no_ticket() {
    let tickets = Tickets::new(&[9; 32]);
    let of = |issuer, kind| ticket(ProjectId(1), issuer, kind);
    let user = of(Issuer::Key(1), IdentityKind::User);
    for wrong in [
        Identity::anonymous(ProjectId(1), NOW),
        of(Issuer::Project, IdentityKind::User),
        of(Issuer::TokenKey(1), IdentityKind::User),
        of(Issuer::Key(1), IdentityKind::Operator { role: Role::Admin }),
        of(Issuer::Key(1), IdentityKind::Machine { key: 2 }),
        Identity { token_id: None, ..user.clone() },
        Identity { expires_at: None, ..user },
    ] {
        assert_eq!(tickets.sign(&wrong), None, "{wrong:?}");
    }
}

fn identities() -> impl Strategy<Value = Identity> {
    let kinds = prop_oneof![
        any::<i64>().prop_map(|id| (Issuer::Key(id), IdentityKind::User)),
        any::<i64>().prop_map(|key| (Issuer::Key(key), IdentityKind::Machine { key })),
        (any::<i64>(), prop::sample::select(vec![Role::Viewer, Role::Operator, Role::Admin]))
            .prop_map(|(id, role)| (Issuer::Operator(id), IdentityKind::Operator { role })),
    ];
    let devices = prop_oneof![
        Just(DeviceAccess::None),
        Just(DeviceAccess::All),
        prop::collection::vec("[a-z]{1,4}", 1..4).prop_map(DeviceAccess::Only),
    ];
    let names = || prop::collection::vec("[^\\p{C}]{1,8}", 0..4);
    let permissions = prop::collection::vec(prop::sample::select(Permission::ALL), 0..5);
    (kinds, names(), prop::collection::vec("[a-z]{1,4}:\\*", 0..4), devices, permissions).prop_map(
        |((issuer, kind), roles, channels, devices, permissions)| Identity {
            user_id: roles.first().cloned(),
            roles,
            channels: channels.iter().filter_map(|c| ChannelPattern::parse(c).ok()).collect(),
            devices,
            permissions: permissions.into_iter().collect::<Permissions>(),
            ..ticket(ProjectId(1), issuer, kind)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_ticket_says_what_it_was_signed_for(identity in identities()) {
        let tickets = Tickets::new(&[9; 32]);
        let token = tickets.sign(&identity).expect("signed");
        prop_assert_eq!(tickets.open(&token, NOW), Ok(identity));
    }
}

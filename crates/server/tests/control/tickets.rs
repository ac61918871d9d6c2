use model::identity::{DeviceAccess, Identity, IdentityKind, Permission, Tier};
use model::{KeyKind, Scope};
use serde_json::{Value, json};
use server::AuthRefusal;
use store::control::{Actor, NewKey, Role};

use crate::support::{Browser, NOW, TestServer};

const TICKET: &str = "/api/auth/ticket";

fn back_end(server: &TestServer, scopes: &[Scope]) -> String {
    let project = server.control().directory().by_slug("shop").unwrap().id;
    let new = NewKey {
        name: "back end".into(),
        kind: KeyKind::Secret,
        scopes: Some(scopes.to_vec()),
        origins: Vec::new(),
        env: None,
        expires_at: None,
    };
    server.control().create_key(&Actor::system(), project, new).unwrap().secret
}

async fn ticket(server: &TestServer, browser: &Browser<'_>, body: Value) -> Identity {
    let answer = browser.post(TICKET, body).await.expect(200).json();
    assert_eq!(answer["project"], "shop");
    let token = answer["token"].as_str().unwrap();
    let identity = server.app.verifier.verify(token, Some("shop")).unwrap();
    assert_eq!(answer["expiresAt"], identity.expires_at.unwrap());
    identity
}

#[tokio::test]
async fn operators_get_tickets_with_their_own_rights() {
    let server = TestServer::start();
    server.project("shop");
    server.project("other");
    let project = json!({"project": "shop"});
    let admin = server.sign_in_admin().await;
    let identity = ticket(&server, &admin, project.clone()).await;
    assert_eq!(identity.kind, IdentityKind::Operator { role: Role::Admin });
    assert_eq!(identity.user_id.as_deref(), Some("operator:admin"));
    assert_eq!(identity.roles, ["admin"]);
    assert_eq!(identity.expires_at, Some(NOW + 600_000));
    assert!(identity.may(Permission::Control) && identity.may_read_logs_of("any"));
    assert_eq!(identity.may_join("role:admin", &[]), Ok(()));

    let viewer = server.sign_in_as("vera", Role::Viewer, &["shop"]).await;
    let identity = ticket(&server, &viewer, project).await;
    assert_eq!(identity.tier(), Tier::Vip);
    assert!(identity.may_read_logs_of("any") && identity.may(Permission::ReadStatus));
    assert!(!identity.may(Permission::Control) && !identity.may(Permission::Publish));
    viewer.post(TICKET, json!({"project": "other"})).await.expect(404);
    viewer.post(TICKET, json!({"project": "nowhere"})).await.expect(404);
    for (body, field) in [
        (json!({}), "project"),
        (json!({"project": "shop", "userId": "ann"}), "userId"),
        (json!({"project": "shop", "roles": ["admin"]}), "roles"),
        (json!({"project": "shop", "permissions": ["control"]}), "permissions"),
        (json!({"project": "shop", "ttlSeconds": 601}), "ttlSeconds"),
    ] {
        assert_eq!(viewer.post(TICKET, body).await.expect(422).json()["field"], field);
    }
    let mut forged = viewer.clone();
    forged.csrf = None;
    assert_eq!(forged.post(TICKET, json!({"project": "shop"})).await.expect(403).code(), "csrf");
}

#[tokio::test]
async fn a_demoted_operator_loses_an_open_ticket() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let bob = server.sign_in_as("bob", Role::Operator, &["shop"]).await;
    let identity = ticket(&server, &bob, json!({"project": "shop"})).await;
    let id = bob.get("/api/auth/me").await.json()["operator"]["id"].clone();
    let path = format!("/api/operators/{id}");
    admin.with_body("PATCH", &path, json!({"projects": []})).await.expect(200);
    assert_eq!(server.app.verifier.recheck(&identity), Err(AuthRefusal::Withdrawn));
}

#[tokio::test]
async fn back_ends_get_tickets_for_their_users() {
    let server = TestServer::start();
    server.project("shop");
    let scopes = [Scope::RealtimeTickets, Scope::QueryRead];
    let shop = server.machine(&back_end(&server, &scopes));
    let ann = ticket(&server, &shop, json!({"userId": "ann"})).await;
    assert_eq!((ann.kind, &ann.devices), (IdentityKind::User, &DeviceAccess::None));
    assert_eq!(ann.permissions.iter().count(), 0, "nothing by itself");
    let rich = json!({
        "userId": "ann", "project": "shop", "roles": ["buyer"], "channels": ["channel:orders:*"],
        "devices": ["d1"], "permissions": ["logs:read"], "ttlSeconds": 60,
    });
    let rich = ticket(&server, &shop, rich).await;
    assert_eq!(rich.expires_at, Some(NOW + 60_000));
    assert_eq!(rich.may_join("channel:orders:7", &[]), Ok(()));
    assert!(rich.may_read_logs_of("d1") && !rich.may_read_logs_of("d2"));

    let machine = ticket(&server, &shop, json!({})).await;
    assert!(matches!(machine.kind, IdentityKind::Machine { .. }) && machine.user_id.is_none());
    assert!(machine.may_read_logs_of("d2") && !machine.may(Permission::Publish));
    for (body, field) in [
        (json!({"userId": ""}), "userId"),
        (json!({"userId": "operator:admin"}), "userId"),
        (json!({"userId": "ann", "roles": [""]}), "roles"),
        (json!({"userId": "ann", "channels": ["role:admin"]}), "channels"),
        (json!({"userId": "ann", "devices": [""]}), "devices"),
        (json!({"userId": "ann", "permissions": ["control"]}), "permissions"),
        (json!({"userId": "ann", "permissions": ["fly"]}), "permissions"),
        (json!({"userId": "ann", "ttlSeconds": 59}), "ttlSeconds"),
        (json!({"userId": "ann", "admin": true}), "admin"),
    ] {
        let problem = shop.post(TICKET, body.clone()).await.expect(422).json();
        assert_eq!(problem["field"], field, "{body}");
    }
    shop.post(TICKET, json!({"project": "other"})).await.expect(404);
}

#[tokio::test]
async fn a_key_passes_on_only_what_it_has() {
    let server = TestServer::start();
    server.project("shop");
    let wish = |permission: &str| json!({"userId": "ann", "permissions": [permission]});
    for (scope, permission) in
        [(Scope::QueryRead, "logs:read"), (Scope::RealtimePublish, "publish")]
    {
        let poor = server.machine(&back_end(&server, &[Scope::RealtimeTickets]));
        let refused = poor.post(TICKET, wish(permission)).await.expect(403);
        assert!(refused.text.contains(scope.name()), "{}", refused.text);
        let rich = server.machine(&back_end(&server, &[Scope::RealtimeTickets, scope]));
        ticket(&server, &rich, wish(permission)).await;
    }
    let other = server.machine(&back_end(&server, &[Scope::QueryRead]));
    other.post(TICKET, wish("logs:read")).await.expect(403);
}

#[tokio::test]
async fn settings_decide_how_long_tickets_live() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let path = "/api/projects/shop/settings";
    let put = async |minutes: u32| {
        admin.with_body("PUT", path, json!({"realtime": {"ticketMinutes": minutes}})).await
    };
    put(15).await.expect(200);
    let identity = ticket(&server, &admin, json!({"project": "shop"})).await;
    assert_eq!(identity.expires_at, Some(NOW + 900_000));
    for minutes in [4, 16] {
        let problem = put(minutes).await.expect(422).json();
        assert_eq!(problem["field"], "realtime.ticketMinutes");
    }
}

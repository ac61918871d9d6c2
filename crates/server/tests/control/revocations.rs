use model::{KeyKind, Scope};
use serde_json::{Value, json};
use server::AuthRefusal;
use store::control::{Actor, MAX_TOKEN_MS, NewKey};

use crate::support::{Browser, NOW, TestServer};

const REVOKE: &str = "/api/projects/shop/realtime/revocations";

fn back_end(server: &TestServer) -> Browser<'_> {
    let project = server.project("shop");
    let new = NewKey {
        name: "back end".into(),
        kind: KeyKind::Secret,
        scopes: Some(vec![Scope::RealtimeTickets]),
        origins: Vec::new(),
        env: None,
        expires_at: None,
    };
    server.machine(&server.control().create_key(&Actor::system(), project, new).unwrap().secret)
}

async fn ticket(shop: &Browser<'_>, user: &str) -> String {
    let answer = shop.post("/api/auth/ticket", json!({"userId": user})).await.expect(200).json();
    answer["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_revoked_user_is_out_until_the_next_sign_in() {
    let server = TestServer::start();
    let shop = back_end(&server);
    let (ann, bob) = (ticket(&shop, "ann@shop.example").await, ticket(&shop, "bob").await);
    let verify = |token: &str| server.app.verifier.verify(token, None).map(drop);
    let mut changes = server.app.verifier.changes();
    changes.mark_unchanged();
    let told = shop.post(REVOKE, json!({"userId": "ann@shop.example"})).await.expect(201).json();
    assert_eq!(told["since"], NOW);
    assert!(told["expiresAt"].as_i64().unwrap() > NOW + MAX_TOKEN_MS);
    changes.changed().await.unwrap();
    assert_eq!((verify(&ann), verify(&bob)), (Err(AuthRefusal::Revoked), Ok(())));
    server.clock.advance(1000);
    assert_eq!(verify(&ticket(&shop, "ann@shop.example").await), Ok(()));

    let admin = server.sign_in_admin().await;
    let audit = admin.get("/api/audit?action=realtime.revoke").await.expect(200);
    let entry = &audit.json()["items"][0];
    assert!(entry["actor"].as_str().unwrap().starts_with("key:"));
    assert_eq!(entry["project"], "shop");
    assert!(!audit.text.contains("ann@"), "the trail outlives the person");
}

#[tokio::test]
async fn one_token_is_revoked_by_its_id() {
    let server = TestServer::start();
    let shop = back_end(&server);
    let admin = server.sign_in_admin().await;
    let (first, second) = (ticket(&shop, "ann").await, ticket(&shop, "ann").await);
    let id = server.app.verifier.verify(&first, None).unwrap().token_id.unwrap();
    admin.post(REVOKE, json!({"tokenId": id})).await.expect(201);
    let verify = |token: &str| server.app.verifier.verify(token, None).map(drop);
    assert_eq!((verify(&first), verify(&second)), (Err(AuthRefusal::Revoked), Ok(())));
    for (body, field) in [
        (json!({}), "userId"),
        (json!({"userId": "a", "tokenId": "b"}), "userId"),
        (json!({"userId": ""}), "userId"),
        (json!({"tokenId": "x".repeat(129)}), "tokenId"),
        (json!({"everybody": true}), "everybody"),
    ] {
        let problem = admin.post(REVOKE, body).await.expect(422).json();
        assert_eq!(problem["field"], Value::from(field));
    }
}

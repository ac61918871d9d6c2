use serde_json::json;

use crate::support::TestServer;

const KEYS: &str = "/api/projects/shop/token-keys";
const POINT: &str = "TiO1510rdYQl7uwnLd8SzRLf6FFp0TJA6I-eYKtoT8A";

fn ed25519() -> serde_json::Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": POINT})
}

#[tokio::test]
async fn a_token_key_from_birth_to_death() {
    let server = TestServer::start();
    server.project("shop");
    server.project("other");
    let admin = server.sign_in_admin().await;
    let made = json!({"name": "login", "algorithm": "HS256"});
    let made = admin.post(KEYS, made).await.expect(201).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("sbt_") && secret.len() == 68, "{secret}");
    let given = "given by the administrator: 3f9c0a71";
    let body = json!({"name": "old", "kid": "k1", "algorithm": "HS256", "secret": given});
    let body = admin.post(KEYS, body).await.expect(201).json();
    assert_eq!((&body["kid"], &body["secret"]), (&json!("k1"), &json!(null)), "not echoed");
    let body = json!({"name": "sso", "kid": "k2", "algorithm": "EdDSA", "publicKey": ed25519()});
    admin.post(KEYS, body.clone()).await.expect(201);
    admin.post(KEYS, body).await.expect(409);

    let listed = admin.get(KEYS).await.expect(200);
    let kids: Vec<_> =
        listed.json()["items"].as_array().unwrap().iter().map(|k| k["kid"].clone()).collect();
    assert_eq!(kids, [json!("k2"), json!("k1"), made["kid"].clone()]);
    let path = format!("{KEYS}/{}", made["id"]);
    admin.delete(&path.replace("shop", "other")).await.expect(404);
    admin.delete(&path).await.expect(204);
    admin.delete(&path).await.expect(204);
    assert!(server.control().directory().token_keys(made["kid"].as_str().unwrap()).is_empty());

    let audit = admin.get("/api/audit?action=token_key.").await.expect(200);
    let entries = audit.json()["items"].as_array().unwrap().clone();
    let actions: Vec<_> = entries.iter().map(|e| e["action"].as_str().unwrap()).collect();
    let create = "token_key.create";
    assert_eq!(actions, ["token_key.revoke", create, create, create]);
    assert!(entries.iter().all(|e| e["actor"] == "admin" && e["project"] == "shop"));
    server.app.housekeep().await;
    let mut files = Vec::new();
    for file in ["control.db", "control.db-wal"] {
        files.extend(std::fs::read(server.dir.path().join(file)).unwrap());
    }
    for secret in [secret.as_str(), given] {
        assert!(!listed.text.contains(secret) && !audit.text.contains(secret));
        let found = files.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "in the clear on disk");
    }
}

#[tokio::test]
async fn what_is_no_key_names_its_field() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    for (body, field) in [
        (json!({"name": "", "algorithm": "HS256"}), "name"),
        (json!({"name": "x"}), "algorithm"),
        (json!({"name": "x", "algorithm": "none"}), "algorithm"),
        (json!({"name": "x", "algorithm": "HS256", "secret": "short"}), "secret"),
        (json!({"name": "x", "algorithm": "HS256", "secret": "dev_secret".repeat(4)}), "secret"),
        (json!({"name": "x", "algorithm": "HS256", "publicKey": ed25519()}), "publicKey"),
        (json!({"name": "x", "algorithm": "EdDSA"}), "publicKey"),
        (json!({"name": "x", "algorithm": "RS256", "publicKey": ed25519()}), "publicKey"),
        (json!({"name": "x", "algorithm": "EdDSA", "publicKey": private}), "publicKey"),
        (json!({"name": "x", "algorithm": "EdDSA", "secret": "y".repeat(40)}), "secret"),
        (json!({"name": "x", "algorithm": "HS256", "kid": "signalbox-ticket"}), "kid"),
        (json!({"name": "x", "algorithm": "HS256", "expiresAt": 1}), "expiresAt"),
    ] {
        let problem = admin.post(KEYS, body.clone()).await.expect(422).json();
        assert_eq!(problem["field"], field, "{body}");
    }
    for n in 0..20 {
        let body = json!({"name": format!("k{n}"), "algorithm": "HS256"});
        admin.post(KEYS, body).await.expect(201);
    }
    admin.post(KEYS, json!({"name": "x", "algorithm": "HS256"})).await.expect(409);
    admin
        .post(&KEYS.replace("shop", "nowhere"), json!({"name": "x", "algorithm": "HS256"}))
        .await
        .expect(404);
}

use model::KeyKind;
use serde_json::{Value, json};

use crate::support::{Browser, NOW, TestServer};

const KEYS: &str = "/api/projects/shop/keys";

async fn make(admin: &Browser<'_>, body: Value) -> (i64, String) {
    let key = admin.post(KEYS, body).await.expect(201).json();
    (key["id"].as_i64().unwrap(), key["secret"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_nowhere() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let mut secrets = Vec::new();
    for (kind, prefix, length) in [("secret", "sbs_", 52), ("signing", "sbh_", 68)] {
        let (_, secret) = make(&admin, json!({"name": "back end", "kind": kind})).await;
        assert!(secret.starts_with(prefix) && secret.len() == length, "{secret}");
        secrets.push(secret);
    }
    let listed = admin.get(KEYS).await.expect(200);
    let signing = &listed.json()["items"][0];
    assert_eq!(signing["keyId"].as_str().unwrap().len(), "sbk_".len() + 16);
    assert_eq!(signing["display"], format!("sbh_…{}", &secrets[1][64..]));
    let audit = admin.get("/api/audit").await.expect(200);
    server.app.housekeep().await;
    let mut files = Vec::new();
    for file in ["control.db", "control.db-wal"] {
        files.extend(std::fs::read(server.dir.path().join(file)).unwrap());
    }
    for secret in &secrets {
        let raw = hex::decode(&secret[4..]).unwrap();
        assert!(!listed.text.contains(secret) && !audit.text.contains(secret));
        assert!(!contains(&files, &secret.as_bytes()[4..]), "in the clear on disk");
        assert!(!contains(&files, &raw), "in the clear on disk");
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn public_keys_stay_readable() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let body = json!({"name": "web", "kind": "public", "origins": ["https://shop.example"]});
    let (_, key) = make(&admin, body).await;
    assert!(key.starts_with("sbp_") && key.len() == 36);
    let listed = admin.get(KEYS).await.expect(200).json();
    assert_eq!(listed["items"][0]["display"], key);
    assert_eq!(listed["items"][0]["scopes"], json!(["ingest:events", "ingest:logs"]));
    let (project, found) = server.control().directory().by_key(&key).unwrap();
    assert_eq!((project.slug.as_str(), found.kind), ("shop", KeyKind::Public));
    assert!(project.allows_origin(&found, "https://shop.example"));
    assert!(!project.allows_origin(&found, "https://shop.example.evil.example"));
}

#[tokio::test]
async fn rotation_overlaps_and_revocation_does_not() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let reader = json!({"name": "reader", "kind": "secret", "scopes": ["query:read"]});
    let (id, old) = make(&admin, reader).await;
    let get = async |key: &str| server.machine(key).get("/api/projects/shop").await.status.as_u16();
    assert_eq!(get(&old).await, 200);

    let rotate = |id: i64, grace: Value| {
        let admin = admin.clone();
        async move { admin.post(&format!("{KEYS}/{id}/rotate"), grace).await }
    };
    let next = rotate(id, json!({"graceSeconds": 60})).await.expect(201).json();
    let (next_id, new) = (next["id"].as_i64().unwrap(), next["secret"].as_str().unwrap());
    assert_eq!(next["scopes"], json!(["query:read"]));
    assert_eq!((get(&old).await, get(new).await), (200, 200));
    server.clock.advance(60_000);
    assert_eq!((get(&old).await, get(new).await), (401, 200));
    rotate(id, json!({})).await.expect(409);

    let last = rotate(next_id, json!({"graceSeconds": 0})).await.expect(201).json();
    let (last_id, newest) = (last["id"].as_i64().unwrap(), last["secret"].as_str().unwrap());
    assert_eq!((get(new).await, get(newest).await), (401, 200));
    admin.delete(&format!("{KEYS}/{last_id}")).await.expect(204);
    admin.delete(&format!("{KEYS}/{last_id}")).await.expect(204);
    assert_eq!(get(newest).await, 401);
    assert_eq!(
        rotate(id, json!({"graceSeconds": 9_999_999})).await.expect(422).json()["field"],
        "graceSeconds"
    );
}

#[tokio::test]
async fn keys_expire_and_remember_when_they_were_used() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let expires_at = NOW + 1000;
    let body = json!({"name": "short", "kind": "secret", "scopes": ["query:read"], "expiresAt": expires_at});
    let (_, key) = make(&admin, body).await;
    let shown = async || admin.get(KEYS).await.expect(200).json()["items"][0].clone();
    assert_eq!(shown().await["expiresAt"], expires_at);
    assert_eq!(shown().await["lastUsedAt"], Value::Null);
    server.machine(&key).get("/api/projects/shop").await.expect(200);
    assert_eq!(shown().await["lastUsedAt"], NOW, "before it is written down");
    server.app.housekeep().await;
    assert_eq!(shown().await["lastUsedAt"], NOW, "and after");
    server.clock.advance(1000);
    server.machine(&key).get("/api/projects/shop").await.expect(401);
}

#[tokio::test]
async fn a_key_of_another_project_cannot_be_touched() {
    let server = TestServer::start();
    server.project("shop");
    server.project("other");
    let admin = server.sign_in_admin().await;
    let (id, _) = make(&admin, json!({"name": "web", "kind": "public"})).await;
    admin.delete(&format!("/api/projects/other/keys/{id}")).await.expect(404);
    admin.post(&format!("/api/projects/other/keys/{id}/rotate"), json!({})).await.expect(404);
    admin.delete(&format!("{KEYS}/not-a-number")).await.expect(404);
}

#[tokio::test]
async fn what_makes_no_sense_names_its_field() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let cases = [
        (json!({"name": "", "kind": "public"}), "name"),
        (json!({"name": "x", "kind": "magic"}), "kind"),
        (json!({"kind": "public"}), "name"),
        (json!({"name": "x", "kind": "public", "scopes": ["query:read"]}), "scopes"),
        (json!({"name": "x", "kind": "public", "scopes": ["realtime:tickets"]}), "scopes"),
        (json!({"name": "x", "kind": "signing", "scopes": ["realtime:publish"]}), "scopes"),
        (json!({"name": "x", "kind": "secret", "scopes": []}), "scopes"),
        (json!({"name": "x", "kind": "secret", "scopes": ["root"]}), "scopes[0]"),
        (json!({"name": "x", "kind": "public", "origins": ["shop.example"]}), "origins"),
        (json!({"name": "x", "kind": "public", "origins": [".*"]}), "origins"),
        (json!({"name": "x", "kind": "public", "env": "moon"}), "env"),
        (json!({"name": "x", "kind": "public", "expiresAt": NOW - 1}), "expiresAt"),
        (json!({"name": "x", "kind": "public", "expiresAt": "soon"}), "expiresAt"),
        (json!({"name": "x", "kind": "public", "admin": true}), "admin"),
    ];
    for (body, field) in cases {
        let problem = admin.post(KEYS, body.clone()).await.expect(422).json();
        assert_eq!(problem["field"], field, "{body}");
        assert_eq!(problem["code"], "invalid_field");
    }
}

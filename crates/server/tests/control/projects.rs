use axum::body::Body;
use model::ProjectSettings;
use serde_json::{Value, json};
use store::control::Role;

use crate::support::{PASSWORD, TestServer};

#[tokio::test]
async fn a_project_from_birth_to_death() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    let made = admin.post("/api/projects", json!({"slug": "shop", "name": "Läden 商店"})).await;
    let made = made.expect(201).json();
    assert_eq!(made["environments"], json!(["production", "staging", "development"]));
    assert_eq!(made["demo"], false);
    admin.post("/api/projects", json!({"slug": "shop", "name": "Again"})).await.expect(409);
    for (body, field) in [
        (json!({"slug": "No Good", "name": "x"}), "slug"),
        (json!({"slug": "ok", "name": " x"}), "name"),
        (json!({"slug": "ok", "name": "x", "environments": ["a", "a"]}), "environments"),
    ] {
        assert_eq!(admin.post("/api/projects", body).await.expect(422).json()["field"], field);
    }

    let key = json!({"name": "live", "kind": "public", "env": "staging"});
    let key = admin.post("/api/projects/shop/keys", key).await.expect(201).json();
    let change = json!({"environments": ["production"]});
    admin.with_body("PATCH", "/api/projects/shop", change).await.expect(409);
    let change = json!({"environments": ["staging", "qa"]});
    admin.with_body("PATCH", "/api/projects/shop", change).await.expect(200);
    let before = server.control().directory().by_slug("shop").unwrap();
    assert_eq!(before.environments, ["staging", "qa"]);

    admin.delete("/api/projects/shop").await.expect(204);
    admin.get("/api/projects/shop").await.expect(404);
    assert!(server.control().directory().by_key(key["secret"].as_str().unwrap()).is_none());
    let again = admin.post("/api/projects", json!({"slug": "shop", "name": "New"})).await;
    assert_ne!(again.expect(201).json()["id"], made["id"], "old data must not come back");
    let kept = server.control().retention().unwrap();
    let days: Vec<_> = kept.iter().map(|(id, keep)| (id.0, keep.events_days)).collect();
    assert_eq!(days, [(1, 0), (2, 30)], "the data of a deleted project goes");
    let after = server.control().directory().by_slug("shop").unwrap();
    assert_ne!(after.salt, before.salt);
}

#[tokio::test]
async fn members_see_their_projects_only() {
    let server = TestServer::start();
    server.project("shop");
    server.project("other");
    let viewer = server.sign_in_as("viewer", Role::Viewer, &["shop"]).await;
    let slugs = |list: Value| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|p| p["slug"].clone()).collect()
    };
    let listed = viewer.get("/api/projects").await.expect(200).json();
    assert_eq!(slugs(listed["items"].clone()), ["shop"]);
    let me = viewer.get("/api/auth/me").await.expect(200).json();
    assert_eq!(slugs(me["projects"].clone()), ["shop"]);
    let missing = viewer.get("/api/projects/missing").await.expect(404).json();
    let foreign = viewer.get("/api/projects/other").await.expect(404).json();
    assert_eq!(missing["detail"], foreign["detail"], "existence is not told");
}

#[tokio::test]
async fn settings_are_replaced_whole_and_checked_field_by_field() {
    const PATH: &str = "/api/projects/shop/settings";
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let first = admin.get(PATH).await.expect(200);
    assert_eq!(first.header("etag"), "\"1\"");
    assert_eq!(first.json(), serde_json::to_value(ProjectSettings::default()).unwrap());

    let mut wrong = first.json();
    wrong["retention"]["logsDays"] = json!(0);
    wrong["access"]["origins"] = json!(["https://*.com"]);
    let problem = admin.with_body("PUT", PATH, wrong).await.expect(422).json();
    let fields: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!(fields, ["retention.logsDays", "access.origins"]);
    for (document, field) in [
        (json!({"limits": {"burst": "many"}}), "limits.burst"),
        (json!({"limits": {"brust": 5}}), "limits.brust"),
        (json!({"privacy": {"optOut": "maybe"}}), "privacy.optOut"),
        (json!([]), "body"),
    ] {
        let problem = admin.with_body("PUT", PATH, document).await.expect(422).json();
        assert_eq!(problem["field"], field, "{problem}");
    }

    let mut next = first.json();
    next["access"]["origins"] = json!(["https://shop.example"]);
    let put = |tag: &str, document: &Value| {
        let request = admin.request("PUT", PATH).header("content-type", "application/json");
        let request = request.header("if-match", tag);
        server.send(request.body(Body::from(document.to_string())).unwrap())
    };
    let saved = put("\"1\"", &next).await.expect(200);
    assert_eq!(saved.header("etag"), "\"2\"");
    assert_eq!(put("\"1\"", &first.json()).await.expect(412).code(), "stale");
    assert_eq!(put("nonsense", &first.json()).await.expect(412).code(), "stale");
    assert_eq!(put("\"2\"", &next).await.expect(200).header("etag"), "\"2\"", "no change");
    assert_eq!(put("*", &first.json()).await.expect(200).header("etag"), "\"3\"");
    let seen = server.control().directory().by_slug("shop").unwrap();
    assert!(seen.settings.access.origins.is_empty(), "the directory follows");
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let body = json!({"name": "sign", "kind": "signing"});
    let key = admin.post("/api/projects/shop/keys", body).await.expect(201).json();
    let salt = server.control().directory().by_slug("shop").unwrap().salt;

    let path = server.dir.path().join("control.db");
    let open = |byte| {
        let master = store::control::MasterKey::from_bytes([byte; 32]);
        store::control::Control::open(&path, master, server.clock.clone())
    };
    let reopened = open(7).unwrap();
    let (project, found) = reopened.directory().by_key(key["keyId"].as_str().unwrap()).unwrap();
    assert_eq!(project.salt, salt);
    let secret = hex::decode(&key["secret"].as_str().unwrap()[4..]).unwrap();
    assert_eq!(found.signing_secret.as_deref(), Some(secret.as_slice()));
    assert_eq!(project.signing.len(), 1);
    assert!(reopened.credentials("ADMIN").unwrap().1.matches(PASSWORD));
    assert!(matches!(open(8), Err(store::control::ControlError::Sealed)), "wrong master key");
}

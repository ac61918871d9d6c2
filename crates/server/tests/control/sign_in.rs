//! Signing in, staying signed in, and what happens to those who guess.

use std::sync::Arc;

use axum::body::Body;
use serde_json::json;
use server::{SecureCookies, ServerOptions};
use store::control::{Role, SessionLimits};
use tokio::task::JoinSet;

use crate::support::{PASSWORD, TestServer};

#[tokio::test]
async fn the_first_admin_must_change_the_one_time_password() {
    let server = TestServer::start();
    let admin = server.sign_in(&server.admin.username, &server.admin.password).await;
    let me = admin.get("/api/auth/me").await.expect(200).json();
    assert_eq!(me["operator"]["username"], "admin");
    assert_eq!(me["operator"]["mustChangePassword"], true);
    assert_eq!(admin.get("/api/operators").await.expect(403).code(), "password_change_required");

    let same = json!({"current": server.admin.password, "next": server.admin.password});
    let refused = admin.post("/api/auth/password", same).await.expect(422).json();
    assert_eq!(refused["field"], "next");
    let weak = json!({"current": server.admin.password, "next": "short"});
    let refused = admin.post("/api/auth/password", weak).await.expect(422).json();
    assert_eq!(refused["field"], "next");
    let wrong = json!({"current": "not the password", "next": PASSWORD});
    let refused = admin.post("/api/auth/password", wrong).await.expect(422).json();
    assert_eq!(refused["field"], "current");

    let right = json!({"current": server.admin.password, "next": PASSWORD});
    admin.post("/api/auth/password", right).await.expect(204);
    admin.get("/api/operators").await.expect(200);
    assert_eq!(server.control().bootstrap_admin().unwrap(), None, "there is one already");
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_look_the_same() {
    let server = TestServer::start();
    let try_in = async |username: &str, password: &str| {
        let body = json!({"username": username, "password": password});
        let answer = server.anonymous().post("/api/auth/login", body).await.expect(401);
        let mut problem = answer.json();
        problem["requestId"] = json!("");
        problem
    };
    let wrong_password = try_in("admin", "nope nope nope").await;
    assert_eq!(wrong_password, try_in("nobody", "nope nope nope").await);
    assert_eq!(wrong_password["code"], "invalid_credentials");
    assert_eq!(try_in("admin", &"x".repeat(10_000)).await, wrong_password);
}

#[tokio::test]
async fn changes_need_the_csrf_token() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    let new = json!({"slug": "shop", "name": "Shop"});
    for csrf in [None, Some("0".repeat(64)), Some(String::new())] {
        let mut forged = admin.clone();
        forged.csrf = csrf;
        forged.get("/api/projects").await.expect(200);
        let refused = forged.post("/api/projects", new.clone()).await.expect(403);
        assert_eq!(refused.code(), "csrf");
    }
    admin.post("/api/projects", new).await.expect(201);

    // What a foreign form can send is not JSON.
    let form = admin.request("POST", "/api/projects").header("content-type", "text/plain");
    let form = form.body(Body::from(r#"{"slug":"other","name":"Other"}"#)).unwrap();
    server.send(form).await.expect(415);
}

#[tokio::test]
async fn guessing_locks_the_name_longer_and_longer() {
    let server = TestServer::start();
    let wrong = json!({"username": "admin", "password": "wrong wrong wrong"});
    for _ in 0..5 {
        server.anonymous().post("/api/auth/login", wrong.clone()).await.expect(401);
    }
    let right = json!({"username": "Admin", "password": server.admin.password});
    let locked = server.anonymous().post("/api/auth/login", right.clone()).await.expect(429);
    assert_eq!(locked.code(), "locked");
    assert_eq!(locked.header("retry-after"), "30");

    server.clock.advance(30_000);
    server.anonymous().post("/api/auth/login", wrong.clone()).await.expect(401);
    let locked = server.anonymous().post("/api/auth/login", right.clone()).await.expect(429);
    assert_eq!(locked.header("retry-after"), "60");

    server.clock.advance(60_000);
    server.anonymous().post("/api/auth/login", right.clone()).await.expect(200);
    // Forgiven: one mistake is free again.
    server.anonymous().post("/api/auth/login", wrong).await.expect(401);
    server.anonymous().post("/api/auth/login", right).await.expect(200);
}

#[tokio::test]
async fn guessing_all_at_once_gains_nothing() {
    let server = Arc::new(TestServer::start());
    let mut guesses = JoinSet::new();
    for _ in 0..60 {
        let server = Arc::clone(&server);
        guesses.spawn(async move {
            let wrong = json!({"username": "admin", "password": "wrong wrong wrong"});
            server.anonymous().post("/api/auth/login", wrong).await.status.as_u16()
        });
    }
    let told = guesses.join_all().await;
    let looked_at = told.iter().filter(|status| **status == 401).count();
    assert_eq!(looked_at, 5, "{told:?}");
    assert!(told.iter().all(|status| matches!(status, 401 | 429 | 503)), "{told:?}");
}

#[tokio::test]
async fn guessing_many_names_locks_the_network() {
    let server = TestServer::start();
    for i in 0..20 {
        let body = json!({"username": format!("user{i}"), "password": "wrong wrong wrong"});
        server.anonymous().post("/api/auth/login", body).await.expect(401);
    }
    let right = json!({"username": "admin", "password": server.admin.password});
    server.anonymous().post("/api/auth/login", right).await.expect(429);
}

#[tokio::test]
async fn sessions_end_when_idle_and_in_any_case() {
    const HOUR: i64 = 3_600_000;
    let session = SessionLimits { idle_ms: HOUR, max_ms: 3 * HOUR };
    let server = TestServer::with(ServerOptions { session, ..ServerOptions::default() });
    let idle = server.sign_in_admin().await;
    server.clock.advance(HOUR);
    assert_eq!(idle.get("/api/auth/me").await.expect(401).code(), "unauthenticated");

    let busy = server.sign_in("admin", PASSWORD).await;
    for _ in 0..5 {
        server.clock.advance(HOUR / 2);
        busy.get("/api/auth/me").await.expect(200);
        // Sliding expiry survives being written down.
        server.app.housekeep().await;
    }
    server.clock.advance(HOUR / 2);
    busy.get("/api/auth/me").await.expect(401);
    server.app.housekeep().await;
    assert!(server.control().sessions(1, session).unwrap().is_empty());
}

#[tokio::test]
async fn sessions_can_be_listed_and_ended_from_elsewhere() {
    let server = TestServer::start();
    let here = server.sign_in_admin().await;
    let there = server.sign_in("admin", PASSWORD).await;
    let all = here.get("/api/auth/sessions").await.expect(200).json();
    let all = all["items"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["ipPrefix"], "203.0.113.0/24");
    let other = all.iter().find(|s| s["current"] == false).unwrap();
    here.delete(&format!("/api/auth/sessions/{}", other["id"])).await.expect(204);
    there.get("/api/auth/me").await.expect(401);

    let third = server.sign_in("admin", PASSWORD).await;
    let change = json!({"current": PASSWORD, "next": "another good password"});
    here.post("/api/auth/password", change).await.expect(204);
    third.get("/api/auth/me").await.expect(401);
    let out = here.post("/api/auth/logout", json!({})).await.expect(204);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    here.get("/api/auth/me").await.expect(401);
}

#[tokio::test]
async fn a_disabled_or_demoted_operator_loses_power_at_once() {
    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let bob = server.sign_in_as("bob", Role::Operator, &["shop"]).await;
    bob.with_body("PATCH", "/api/projects/shop", json!({"name": "B"})).await.expect(200);
    let id = bob.get("/api/auth/me").await.json()["operator"]["id"].clone();
    let path = format!("/api/operators/{id}");
    admin.with_body("PATCH", &path, json!({"role": "viewer"})).await.expect(200);
    bob.with_body("PATCH", "/api/projects/shop", json!({"name": "C"})).await.expect(403);
    admin.with_body("PATCH", &path, json!({"projects": []})).await.expect(200);
    bob.get("/api/projects/shop").await.expect(404);
    admin.with_body("PATCH", &path, json!({"disabled": true})).await.expect(200);
    bob.get("/api/auth/me").await.expect(401);
    let body = json!({"username": "bob", "password": PASSWORD});
    server.anonymous().post("/api/auth/login", body).await.expect(401);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    for change in [json!({"role": "viewer"}), json!({"disabled": true})] {
        admin.with_body("PATCH", "/api/operators/1", change).await.expect(409);
    }
    admin.delete("/api/operators/1").await.expect(409);
    admin.get("/api/operators").await.expect(200);
}

#[tokio::test]
async fn invited_operators_get_a_one_time_password() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    let new = json!({"username": "Carol", "role": "viewer", "projects": ["nowhere"]});
    let refused = admin.post("/api/operators", new).await.expect(422).json();
    assert_eq!(refused["field"], "projects");
    let new = json!({"username": "Carol", "role": "viewer"});
    let made = admin.post("/api/operators", new.clone()).await.expect(201).json();
    assert_eq!(made["username"], "carol");
    let carol = server.sign_in("carol", made["password"].as_str().unwrap()).await;
    carol.get("/api/projects").await.expect(403);
    admin.post("/api/operators", new).await.expect(409);

    let path = format!("/api/operators/{}/reset-password", made["id"]);
    let reset = admin.post(&path, json!({})).await.expect(200).json();
    carol.get("/api/auth/me").await.expect(401);
    server.sign_in("carol", reset["password"].as_str().unwrap()).await;
    let listed = admin.get("/api/operators").await.expect(200);
    assert!(!listed.text.contains(reset["password"].as_str().unwrap()));
    assert!(!listed.text.contains("argon2"));
}

#[tokio::test]
async fn cookies_are_strict_and_secure_behind_https() {
    let proxied = || ServerOptions {
        trusted_proxies: vec!["203.0.113.0/24".parse().unwrap()],
        ..ServerOptions::default()
    };
    let never = ServerOptions { secure_cookies: SecureCookies::Never, ..proxied() };
    let always = ServerOptions { secure_cookies: SecureCookies::Always, ..Default::default() };
    for (options, secure, hsts) in [
        (proxied(), true, true),
        (never, false, true),
        (ServerOptions::default(), false, false),
        (always, true, false),
    ] {
        let server = TestServer::with(options);
        let body = json!({"username": "admin", "password": server.admin.password});
        let request = server
            .anonymous()
            .request("POST", "/api/auth/login")
            .header("content-type", "application/json")
            .header("x-forwarded-proto", "https")
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = server.send(request).await.expect(200);
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
        assert_eq!(cookie.ends_with("; Secure"), secure, "{cookie}");
        assert_eq!(!answer.header("strict-transport-security").is_empty(), hsts);
    }
}

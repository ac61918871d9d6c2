//! What every answer has in common.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn every_answer_has_an_id_and_the_security_headers() {
    let server = TestServer::start();
    for path in ["/api/version", "/api/nowhere", "/api/auth/me", "/"] {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
        let csp = answer.header("content-security-policy");
        assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"));
        assert!(!csp.contains("unsafe"), "{csp}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("strict-transport-security"), "", "not over plain http");
    }
    let answer = server.anonymous().get("/api/version").await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn problems_are_documents_that_carry_the_request_id() {
    let server = TestServer::start();
    let request = Request::get("/api/nowhere").header("x-request-id", "from-the-caller");
    let answer = server.send(request.body(Body::empty()).unwrap()).await.expect(404);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("x-request-id"), "from-the-caller");
    assert_eq!(
        answer.json(),
        json!({"type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found",
            "detail": "no such endpoint", "requestId": "from-the-caller"})
    );
    let harmful = Request::get("/api/version").header("x-request-id", "a b;c<d>\"e\"");
    let answer = server.send(harmful.body(Body::empty()).unwrap()).await.expect(200);
    assert_eq!(answer.header("x-request-id").len(), 36);
    let answer = server.anonymous().delete("/api/version").await.expect(405);
    assert_eq!(answer.code(), "method_not_allowed");
}

#[tokio::test]
async fn bodies_that_cannot_be_read_say_why() {
    let server = TestServer::start();
    let admin = server.sign_in_admin().await;
    let send = async |body: String| {
        let request = admin.request("POST", "/api/projects");
        let request = request.header("content-type", "application/json; charset=utf-8");
        server.send(request.body(Body::from(body)).unwrap()).await
    };
    assert_eq!(send("{".into()).await.expect(400).code(), "malformed");
    assert_eq!(send(r#"{"slug":"ab","name":"x"} x"#.into()).await.expect(400).code(), "malformed");
    assert_eq!(send(String::new()).await.expect(400).code(), "malformed");
    assert_eq!(send("[".repeat(100_000)).await.status.as_u16() / 100, 4);
    let huge = format!("{{\"slug\":\"{}\"}}", "x".repeat(2 << 20));
    assert_eq!(send(huge).await.expect(413).code(), "too_large");
}

#[tokio::test]
async fn what_the_caller_claims_about_the_host_goes_nowhere() {
    let server = TestServer::start();
    for path in [
        "//evil.example/",
        "/api//evil.example",
        "/api/auth/login?next=//evil.example",
        "/\\evil.example",
    ] {
        let request = Request::get(path)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("origin", "https://evil.example");
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        assert!(!answer.status.is_redirection(), "{path}");
        assert_eq!(answer.header("location"), "", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert!(!answer.text.contains("evil.example"), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn forwarded_addresses_count_only_from_trusted_proxies() {
    let server = TestServer::start();
    for i in 0..20 {
        let body = json!({"username": format!("u{i}"), "password": "wrong wrong wrong"});
        let request = Request::post("/api/auth/login")
            .header("content-type", "application/json")
            .header("x-forwarded-for", format!("198.51.{i}.1"));
        server.send(request.body(Body::from(body.to_string())).unwrap()).await.expect(401);
    }
    let body = json!({"username": "last", "password": "wrong wrong wrong"});
    server.anonymous().post("/api/auth/login", body).await.expect(429);
}

/// The document that clients are generated from. After a change of the API:
/// `SIGNALBOX_REFRESH=1 cargo test -p server openapi`, and read the difference.
#[test]
fn the_openapi_document_is_current() {
    let document = serde_json::to_string_pretty(&server::document()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    if committed == document {
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "the switch that refreshes the snapshot")]
    if std::env::var("SIGNALBOX_REFRESH").is_ok() {
        std::fs::write(path, document).unwrap();
        return;
    }
    panic!("openapi.json is stale: SIGNALBOX_REFRESH=1 cargo test -p server openapi");
}

#[test]
fn generated_clients_get_a_name_of_its_own_for_every_operation() {
    let document = server::document();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let mut ids: Vec<_> = operations.map(|o| o["operationId"].as_str().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
}

//! What the server writes about itself: enough to find a request, nothing to break in with.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::Level;

use crate::support::{PASSWORD, TestServer};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_request_ids_and_no_secrets() {
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // While there is only one, tracing asks the thread that comes by a place first whether anybody
    // listens, and another test's thread says no for good.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _guard = tracing::subscriber::set_default(subscriber);

    let server = TestServer::start();
    server.project("shop");
    let admin = server.sign_in_admin().await;
    let body = json!({"name": "reader", "kind": "secret", "scopes": ["query:read"]});
    let made = admin.post("/api/projects/shop/keys", body).await.expect(201);
    let key = made.json()["secret"].as_str().unwrap().to_owned();
    server.machine(&key).get(&format!("/api/projects/shop?key={key}")).await.expect(200);
    admin.get("/api/projects/shop/users/alice@example.com/export").await;

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains(made.header("x-request-id")), "{log}");
    assert!(log.contains("/api/projects/{project}/keys"), "{log}");
    let token = admin.cookie.as_deref().unwrap().split_once('=').unwrap().1;
    let csrf = admin.csrf.as_deref().unwrap();
    for secret in [&key[4..], PASSWORD, &server.admin.password, token, csrf, "alice", "203.0.113.9"]
    {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

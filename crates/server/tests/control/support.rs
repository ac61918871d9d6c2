//! The real router over a temporary control plane, and browsers that talk to it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use model::ManualClock;
use pipeline::{Pipeline, PipelineOptions};
use serde_json::{Value, json};
use server::{App, Directory, ServerOptions, router};
use store::control::{Actor, Control, MasterKey, NewProject, OneTimePassword, Role};
use store::{Store, StoreOptions};
use tower::ServiceExt;

pub const NOW: i64 = 1_790_000_000_000;
pub const PASSWORD: &str = "correct horse battery";

pub struct TestServer {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub dir: tempfile::TempDir,
    pub admin: OneTimePassword,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl TestServer {
    pub fn start() -> TestServer {
        TestServer::with(ServerOptions::default())
    }

    pub fn with(options: ServerOptions) -> TestServer {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let key = MasterKey::from_bytes([7; 32]);
        let store = Store::open(StoreOptions::new(dir.path(), key), clock.clone()).unwrap();
        let admin =
            store.control.bootstrap_admin().unwrap().expect("an empty store has no operator");
        let projects = Arc::new(Directory(store.control.clone()));
        let limits = PipelineOptions::default();
        let pipeline = Pipeline::new(store.inbox.clone(), projects, clock.clone(), limits);
        let app = App::new(store, pipeline, clock.clone(), options);
        let router = router(app.clone());
        TestServer { app, clock, dir, admin, router }
    }

    pub fn control(&self) -> &Control {
        &self.app.control
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (mut parts, body) = request.into_parts();
        if parts.extensions.get::<ConnectInfo<SocketAddr>>().is_none() {
            parts.extensions.insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
        }
        let response = self.router.clone().oneshot(Request::from_parts(parts, body)).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Answer { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Without any credentials.
    pub fn anonymous(&self) -> Browser<'_> {
        Browser { server: self, cookie: None, csrf: None, bearer: None }
    }

    pub fn machine(&self, key: &str) -> Browser<'_> {
        Browser { bearer: Some(key.to_owned()), ..self.anonymous() }
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Browser<'_> {
        let mut browser = self.anonymous();
        let body = json!({"username": username, "password": password});
        let answer = browser.post("/api/auth/login", body).await.expect(200);
        browser.keep(&answer);
        browser
    }

    /// The first admin, after changing the one-time password.
    pub async fn sign_in_admin(&self) -> Browser<'_> {
        let browser = self.sign_in(&self.admin.username, &self.admin.password).await;
        let change = json!({"current": self.admin.password, "next": PASSWORD});
        browser.post("/api/auth/password", change).await.expect(204);
        browser
    }

    /// An operator with a password of their own, made behind the API's back.
    pub async fn sign_in_as(&self, username: &str, role: Role, projects: &[&str]) -> Browser<'_> {
        let directory = self.control().directory();
        let projects = projects.iter().map(|slug| directory.by_slug(slug).unwrap().id).collect();
        let new = store::control::NewOperator {
            username: username.into(),
            password: store::control::PasswordHash::of(PASSWORD, username).unwrap(),
            role,
            projects,
            must_change_password: false,
        };
        self.control().create_operator(&Actor::system(), new).unwrap();
        self.sign_in(username, PASSWORD).await
    }

    pub fn project(&self, slug: &str) -> model::ProjectId {
        let new = NewProject { slug: slug.into(), name: slug.into(), ..NewProject::default() };
        self.control().create_project(&Actor::system(), new).unwrap().id
    }
}

#[derive(Clone)]
pub struct Browser<'a> {
    server: &'a TestServer,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    pub bearer: Option<String>,
}

impl Browser<'_> {
    fn keep(&mut self, answer: &Answer) {
        let cookie = answer.header("set-cookie");
        self.cookie = cookie.split(';').next().map(str::to_owned);
        self.csrf = answer.json()["csrfToken"].as_str().map(str::to_owned);
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request =
            Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        for (name, value) in [
            (header::COOKIE.as_str(), self.cookie.clone()),
            ("x-csrf-token", self.csrf.clone()),
            ("authorization", self.bearer.as_ref().map(|key| format!("Bearer {key}"))),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.server.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.server.send(self.request("DELETE", path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.with_body("POST", path, body).await
    }

    pub async fn with_body(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        self.server.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

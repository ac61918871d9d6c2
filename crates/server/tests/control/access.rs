//! Every route of the API against everybody who might call it. A route without a row here fails.

use std::collections::BTreeSet;

use axum::body::Body;
use model::{KeyKind, ProjectId, Scope};
use store::control::{Actor, NewKey, Role};

use crate::support::{Answer, Browser, TestServer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A session, even one that may only change its password.
    Session,
    SignedIn,
    /// `Reader`: a session or a key; which rows they see is not a matter of the route.
    Reading,
    /// `ProjectAccess<Read>`.
    Read,
    /// `ProjectAccess<Inspect>`.
    Inspect,
    /// `ProjectAccess<Write>`.
    Write,
    /// `ProjectAccess<Revoke>`.
    Revoke,
    /// `Ticketing`: a session, or a key that may hand out tickets.
    Ticket,
    /// `ProjectAccess<Publish>`.
    Speak,
    /// `Publishing`: a key that may publish.
    Publish,
    Admin,
}

use Needs::{
    Admin, Inspect, Nothing, Publish, Read, Reading, Revoke, Session, SignedIn, Speak, Ticket,
    Write,
};

/// The last two take something away, so they come last.
const ROUTES: &[(&str, &str, Needs)] = &[
    ("POST", "/api/auth/login", Nothing),
    ("GET", "/api/version", Nothing),
    ("GET", "/api/openapi.json", Nothing),
    ("GET", "/api/auth/me", Session),
    ("POST", "/api/auth/password", Session),
    ("GET", "/api/auth/sessions", Session),
    ("DELETE", "/api/auth/sessions/{id}", SignedIn),
    ("GET", "/api/operators", Admin),
    ("POST", "/api/operators", Admin),
    ("PATCH", "/api/operators/{id}", Admin),
    ("DELETE", "/api/operators/{id}", Admin),
    ("POST", "/api/operators/{id}/reset-password", Admin),
    ("GET", "/api/projects", SignedIn),
    ("POST", "/api/projects", Admin),
    ("GET", "/api/projects/{project}", Read),
    ("PATCH", "/api/projects/{project}", Write),
    ("GET", "/api/projects/{project}/settings", Inspect),
    ("PUT", "/api/projects/{project}/settings", Write),
    ("GET", "/api/projects/{project}/keys", Inspect),
    ("POST", "/api/projects/{project}/keys", Write),
    ("POST", "/api/projects/{project}/keys/{id}/rotate", Write),
    ("DELETE", "/api/projects/{project}/keys/{id}", Write),
    ("GET", "/api/projects/{project}/token-keys", Admin),
    ("POST", "/api/projects/{project}/token-keys", Admin),
    ("DELETE", "/api/projects/{project}/token-keys/{id}", Admin),
    ("POST", "/api/auth/ticket", Ticket),
    ("POST", "/api/projects/{project}/realtime/revocations", Revoke),
    ("POST", "/api/publish", Publish),
    ("POST", "/api/projects/{project}/publish", Speak),
    // Of which projects, and that viewers only look on, `tests/live` proves.
    ("GET", "/api/ws/connections", SignedIn),
    ("GET", "/api/ws/connections/{id}", SignedIn),
    ("DELETE", "/api/ws/connections/{id}", SignedIn),
    ("GET", "/api/ws/stats", SignedIn),
    ("POST", "/api/ws/broadcast", SignedIn),
    ("GET", "/api/ws/health", Nothing),
    ("GET", "/api/realtime/schemas", Nothing),
    ("GET", "/api/realtime/schemas/{name}", Nothing),
    ("POST", "/api/projects/{project}/query", Read),
    ("GET", "/api/projects/{project}/events", Read),
    ("GET", "/api/projects/{project}/events/export", Read),
    ("GET", "/api/projects/{project}/events/{eventId}", Read),
    ("GET", "/api/projects/{project}/logs", Read),
    ("GET", "/api/projects/{project}/logs/export", Read),
    ("GET", "/api/projects/{project}/devices", Read),
    ("GET", "/api/projects/{project}/sessions/{session}", Read),
    ("GET", "/api/projects/{project}/recordings", Read),
    ("GET", "/api/projects/{project}/recordings/{recordingId}", Read),
    ("GET", "/api/projects/{project}/users/{userId}/export", Write),
    ("DELETE", "/api/projects/{project}/users/{userId}", Write),
    ("GET", "/api/ledger", Reading),
    ("GET", "/api/system", SignedIn),
    ("GET", "/api/system/backups", Admin),
    ("POST", "/api/system/backups", Admin),
    ("GET", "/system/health", Nothing),
    ("GET", "/api/ping", Nothing),
    // Without a project; `audit.rs` has the rest.
    ("GET", "/api/audit", Admin),
    ("GET", "/api/audit/export", Admin),
    ("DELETE", "/api/projects/{project}", Admin),
    ("POST", "/api/auth/logout", Session),
];

/// Other names of routes above, and what is not of the API; the document does not have them.
const UNDOCUMENTED: &[(&str, &str, Needs)] = &[
    ("GET", "/ws/connections", SignedIn),
    ("GET", "/ws/connections/{id}", SignedIn),
    ("DELETE", "/ws/connections/{id}", SignedIn),
    ("GET", "/ws/stats", SignedIn),
    ("POST", "/ws/broadcast", SignedIn),
    ("GET", "/ws/health", Nothing),
    // Besides those who need no session; `tests/live` has them.
    ("GET", "/metrics", SignedIn),
];

/// Ingest has rules of its own, which `tests/data` proves.
const ELSEWHERE: &[&str] = &[
    "POST /api/telemetry/batch",
    "GET /api/telemetry/config",
    "POST /reportData",
    "GET /reportData",
    "POST /api/report",
    "GET /api/report",
    "POST /api/logs",
    "POST /api/devices/heartbeat",
    "POST /api/devices/status",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    OneTimePassword,
    Foreigner,
    Viewer,
    Operator,
    Admin,
    ForeignKey,
    KeyWithoutScope,
    PublicKey,
    Key,
    TicketKey,
    PublishKey,
}

/// `None`: may pass; what comes then is the handler's business.
fn refusal(needs: Needs, who: Who) -> Option<u16> {
    let reads = matches!(who, Who::ForeignKey | Who::Key);
    let other = matches!(who, Who::KeyWithoutScope | Who::TicketKey | Who::PublishKey);
    let machine = reads || other || who == Who::PublicKey;
    match (needs, who) {
        (Nothing, _) => None,
        (_, Who::Anonymous) => Some(401),
        (Session | SignedIn | Admin, _) if machine => Some(401),
        (Session, _) => None,
        (Speak | Publish, Who::PublishKey) => None,
        (Publish, _) => Some(if machine && who != Who::PublicKey { 403 } else { 401 }),
        (_, Who::OneTimePassword) => Some(403),
        (SignedIn, _) => None,
        (_, Who::PublicKey) => Some(401),
        (Reading, _) => (machine && !reads).then_some(403),
        (Ticket | Revoke, Who::TicketKey) => None,
        (Ticket, _) => machine.then_some(403),
        (_, Who::Admin) => None,
        (Admin, _) => Some(403),
        (_, Who::Foreigner | Who::ForeignKey) => Some(404),
        (_, _) if other => Some(403),
        (Inspect | Write | Revoke | Speak, Who::Key) => Some(403),
        (Write | Revoke | Speak, Who::Viewer) => Some(403),
        (Read | Inspect | Write | Revoke | Speak, _) => None,
    }
}

#[test]
fn every_route_has_a_row() {
    let document = server::document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys();
        documented.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let rows = ROUTES.iter().map(|(m, p, _)| format!("{m} {p}"));
    let rows: BTreeSet<_> = rows.chain(ELSEWHERE.iter().map(ToString::to_string)).collect();
    let missing: Vec<_> = documented.difference(&rows).collect();
    assert!(missing.is_empty(), "say in ROUTES who may call {missing:#?}");
    let gone: Vec<_> = rows.difference(&documented).collect();
    assert!(gone.is_empty(), "no such routes: {gone:#?}");
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_no_more() {
    let server = TestServer::start();
    let callers = callers(&server).await;
    for &(method, path, needs) in UNDOCUMENTED.iter().chain(ROUTES) {
        for (who, browser) in &callers {
            let answer = call(&server, browser, method, path).await;
            let told = answer.status.as_u16();
            let what = format!("{who:?} {method} {path}: {told} {}", answer.text);
            assert!(told < 500, "{what}");
            let hidden = told == 404 && answer.text.contains("no such project");
            match refusal(needs, *who) {
                Some(404) => assert!(hidden, "{what}"),
                Some(status) => assert_eq!(told, status, "{what}"),
                // Wrong passwords and lockouts are the handler's own 401 and 429.
                None => assert!(!matches!(told, 401 | 403) && !hidden, "{what}"),
            }
        }
    }
}

/// A body that no handler accepts and ids that nobody has: nothing happens even to those who may.
async fn call(server: &TestServer, browser: &Browser<'_>, method: &str, path: &str) -> Answer {
    let path = path
        .split('/')
        .map(|part| match part {
            "{project}" => "shop",
            "{id}" => "999999",
            part if part.starts_with('{') => "nothing",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/");
    let request = browser.request(method, &path).header("content-type", "application/json");
    let body = if matches!(method, "GET" | "DELETE") { "" } else { "null" };
    server.send(request.body(Body::from(body)).unwrap()).await
}

async fn callers(server: &TestServer) -> Vec<(Who, Browser<'_>)> {
    let shop = server.project("shop");
    let other = server.project("other");
    let once = server.control().create_admin("fresh").unwrap();
    let key = |project: ProjectId, kind, scopes: &[Scope]| {
        let new = NewKey {
            name: "key".into(),
            kind,
            scopes: Some(scopes.to_vec()),
            origins: Vec::new(),
            env: None,
            expires_at: None,
        };
        let issued = server.control().create_key(&Actor::system(), project, new).unwrap();
        server.machine(&issued.secret)
    };
    vec![
        (Who::Anonymous, server.anonymous()),
        (Who::OneTimePassword, server.sign_in("fresh", &once.password).await),
        (Who::Foreigner, server.sign_in_as("foreigner", Role::Operator, &["other"]).await),
        (Who::ForeignKey, key(other, KeyKind::Secret, &[Scope::QueryRead])),
        (Who::KeyWithoutScope, key(shop, KeyKind::Secret, &[Scope::IngestEvents])),
        (Who::PublicKey, key(shop, KeyKind::Public, &[Scope::IngestEvents])),
        (Who::Key, key(shop, KeyKind::Secret, &[Scope::QueryRead])),
        (Who::TicketKey, key(shop, KeyKind::Secret, &[Scope::RealtimeTickets])),
        (Who::PublishKey, key(shop, KeyKind::Secret, &[Scope::RealtimePublish])),
        (Who::Viewer, server.sign_in_as("viewer", Role::Viewer, &["shop"]).await),
        (Who::Operator, server.sign_in_as("operator", Role::Operator, &["shop"]).await),
        (Who::Admin, server.sign_in_admin().await),
    ]
}

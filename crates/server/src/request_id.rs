//! One id per request: in the answer, in every problem, in the audit trail and in the log.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::{NoContext, Timestamp, Uuid};

use crate::App;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request being served; empty outside of one.
pub fn current() -> String {
    CURRENT.try_with(String::clone).unwrap_or_default()
}

pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(&X_REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_sane(id))
        .map_or_else(|| fresh(&app), str::to_owned);
    let header = HeaderValue::from_str(&id).ok();
    let mut response = CURRENT.scope(id, logged(request, next)).await;
    if let Some(header) = header {
        response.headers_mut().insert(X_REQUEST_ID.clone(), header);
    }
    response
}

/// The route's pattern, not the path: paths carry user ids, query strings carry keys.
async fn logged(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = matched.as_ref().map_or("-", MatchedPath::as_str);
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis() as u64);
    let id = current();
    if response.status().is_server_error() {
        tracing::warn!(%method, route, status, ms, request_id = id, "request failed");
    } else {
        tracing::debug!(%method, route, status, ms, request_id = id, "request");
    }
    response
}

fn fresh(app: &App) -> String {
    let now = app.clock.now().unsigned_abs();
    let nanos = (now % 1000) as u32 * 1_000_000;
    Uuid::new_v7(Timestamp::from_unix(NoContext, now / 1000, nanos)).to_string()
}

/// A caller's own id is kept if it cannot do harm in a log or a header.
fn is_sane(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::is_sane;

    #[test]
    fn only_harmless_ids_are_kept() {
        assert!(is_sane("0192d6a0-5a7e-7c3a-9a6e-8d3f2b1c0a99"));
        for bad in
            ["", "short", "has space", "<script>alert(1)", "ids\u{1b}[31m--", &"x".repeat(65)]
        {
            assert!(!is_sane(bad), "{bad}");
        }
    }
}

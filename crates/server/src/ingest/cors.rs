//! Who may read our answers from a page of another origin.
//!
//! Exact origins, echoed; never `*`, never credentials: a key identifies the sender, so cookies
//! have no business here. What a page may *send* is decided by the pipeline with the key in hand;
//! these headers only decide what its scripts may see.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::credentials;
use crate::{App, Problem};

/// Two hours: the longest that Chromium honours.
const MAX_AGE: &str = "7200";

const ALLOW_METHODS: &str = "GET, POST, OPTIONS";

const ALLOW_HEADERS: &str = "authorization, content-encoding, content-type, if-none-match, \
    x-api-key, x-signalbox-key, x-signalbox-nonce, x-signalbox-signature, x-signalbox-timestamp";

const EXPOSE_HEADERS: &str = "etag, retry-after, x-request-id";

/// What pages of other origins may call. The rest of the API is for our own page.
const PATHS: [&str; 7] = [
    "/api/telemetry/batch",
    "/api/telemetry/config",
    "/api/report",
    "/reportData",
    "/api/logs",
    "/api/devices/heartbeat",
    "/api/devices/status",
];

/// Answers preflights and marks answers, errors included: a page that may not read a 429 cannot
/// wait as it is told.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    if !PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return vary(next.run(request).await);
    };
    let key = credentials::plain_key(request.headers(), request.uri().query());
    let allowed = origin.to_str().is_ok_and(|origin| match &key {
        Some(key) => app.pipeline.cors(origin, Some(key)),
        // A preflight cannot show a key: somebody's page is all that can be asked of it.
        None => app.control.directory().knows_origin(origin),
    });
    let preflight = *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match (preflight, allowed) {
        (true, true) => StatusCode::NO_CONTENT.into_response(),
        (true, false) => Problem::forbidden("no project allows this origin").into_response(),
        (false, _) => next.run(request).await,
    };
    if allowed {
        allow(response.headers_mut(), origin, preflight);
    }
    vary(response)
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let fixed: &[_] = if preflight {
        &[
            (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOW_METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ]
    } else {
        &[(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSE_HEADERS)]
    };
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Caches between us and the page keep the answers of different origins apart, including the
/// answer to none.
fn vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    response
}

//! `GET /api/telemetry/config`: what every page load asks first.

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Source;
use pipeline::SdkConfig;

use super::receive::receive;
use super::reply::Failure;
use super::telemetry::{TelemetryFailure, refuse};
use crate::App;
use crate::client_ip::Client;

/// A minute: what a changed sample rate may take to arrive. The kill switch does not depend on
/// it; the server enforces that itself.
const CACHING: &str = "public, max-age=60";

/// The key may stand in a header, and then the address alone does not name the answer.
const VARY: &str = "x-api-key, authorization";

/// What the SDKs should send, how often, and whether at all
#[utoipa::path(
    get,
    path = "/api/telemetry/config",
    tag = "ingest",
    security(("projectKey" = []), ()),
    params(
        ("key" = Option<String>, Query, description = "The public key, where no header can be set"),
        ("app" = Option<String>, Query),
        ("env" = Option<String>, Query),
    ),
    responses(
        (status = 200, body = serde_json::Value),
        (status = 304, description = "Unchanged since the ETag in If-None-Match"),
        (status = 403, body = TelemetryFailure, description = "Key or origin"),
        (status = 429, body = TelemetryFailure, description = "Rate limit"),
    )
)]
pub async fn config(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let take = async |request| app.pipeline.sdk_config(request);
    match receive(&app, Source::Native, client.ip, request, take).await {
        Ok(config) => answer(config, known.as_ref().and_then(|v| v.to_str().ok())),
        Err(refusal) => refuse(Failure::from(refusal)),
    }
}

fn answer(config: SdkConfig, known: Option<&str>) -> Response {
    let matches = |list: &str| {
        list.split(',')
            .map(str::trim)
            .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == config.etag)
    };
    let mut response = if known.is_some_and(matches) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], config.json).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    if let Ok(etag) = HeaderValue::from_str(&config.etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

//! `/reportData` and `/api/report`: what the web-see SDK sends, however it sends it.
//!
//! It uses `sendBeacon` with text, `fetch` with JSON, or an image whose address carries the
//! report in `?data=`. None of them looks at the answer (an image that fails to load as an image
//! changes nothing), so every transport gets the same JSON and an honest status.

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Source;
use pipeline::{BatchReply, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::receive::receive;
use super::reply::{Failure, ItemProblem, problems, send};
use crate::App;
use crate::client_ip::Client;

#[derive(Debug, Serialize, ToSchema)]
pub struct WebSeeReply {
    /// 0, or the HTTP status.
    code: u16,
    message: String,
    /// Reports of an array that were not taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ItemProblem>,
}

/// Takes one web-see report, or an array of them
#[utoipa::path(
    post,
    path = "/reportData",
    tag = "ingest",
    security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses(
        (status = 200, body = WebSeeReply),
        (status = 400, body = WebSeeReply, description = "Unreadable or of an unknown type"),
        (status = 403, body = WebSeeReply, description = "Key or origin"),
        (status = 413, body = WebSeeReply, description = "Too large"),
        (status = 429, body = WebSeeReply, description = "Rate limit or quota"),
        (status = 503, body = WebSeeReply, description = "Queue or disk is full"),
    )
)]
pub async fn report(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let take = async |request| app.pipeline.websee(request).await;
    answer(receive(&app, Source::WebSee, client.ip, request, take).await)
}

/// Takes one web-see report as an image request
#[utoipa::path(
    get,
    path = "/reportData",
    tag = "ingest",
    security(()),
    params(("data" = String, Query, description = "The report as percent-encoded JSON")),
    responses((status = 200, body = WebSeeReply), (status = 400, body = WebSeeReply))
)]
pub async fn image(app: State<App>, client: Extension<Client>, request: Request) -> Response {
    report(app, client, request).await
}

/// The same as `POST /reportData`
#[utoipa::path(
    post,
    path = "/api/report",
    tag = "ingest",
    security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = WebSeeReply), (status = 400, body = WebSeeReply))
)]
pub async fn report_alias(
    app: State<App>,
    client: Extension<Client>,
    request: Request,
) -> Response {
    report(app, client, request).await
}

/// The same as `GET /reportData`
#[utoipa::path(
    get,
    path = "/api/report",
    tag = "ingest",
    security(()),
    params(("data" = String, Query, description = "The report as percent-encoded JSON")),
    responses((status = 200, body = WebSeeReply), (status = 400, body = WebSeeReply))
)]
pub async fn image_alias(app: State<App>, client: Extension<Client>, request: Request) -> Response {
    report(app, client, request).await
}

fn answer(result: Result<BatchReply, Refusal>) -> Response {
    match result.map_err(Failure::from).and_then(Failure::unless_taken) {
        Ok(reply) => {
            let errors = problems(&reply);
            send(StatusCode::OK, None, WebSeeReply { code: 0, message: "ok".into(), errors })
        }
        Err(failure) => {
            let message = match failure.field {
                Some(field) => format!("{field}: {}", failure.message),
                None => failure.message,
            };
            let code = failure.status.as_u16();
            let body = WebSeeReply { code, message, errors: failure.errors };
            send(failure.status, failure.retry_after, body)
        }
    }
}

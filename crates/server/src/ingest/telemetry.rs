//! `POST /api/telemetry/batch`: the native SDK's batches.

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Source;
use pipeline::{BatchReply, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::receive::receive;
use super::reply::{Failure, ItemProblem, problems, send};
use crate::client_ip::Client;
use crate::{App, request_id};

/// `accepted + rejected + duplicates + sampled` is the number of events sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TelemetryReply {
    /// The batch was dealt with and need not be sent again.
    ok: bool,
    accepted: u32,
    rejected: u32,
    duplicates: u32,
    sampled: u32,
    errors: Vec<ItemProblem>,
}

/// Nothing was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TelemetryFailure {
    /// Always false.
    ok: bool,
    #[schema(example = "origin")]
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    request_id: String,
    /// Where the batch was read but every event in it was refused: why, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ItemProblem>,
}

impl From<Failure> for TelemetryFailure {
    fn from(failure: Failure) -> Self {
        TelemetryFailure {
            ok: false,
            code: failure.code,
            message: failure.message,
            field: failure.field,
            request_id: request_id::current(),
            errors: failure.errors,
        }
    }
}

/// Takes a batch of events
///
/// One JSON object with shared context and `events`, or a bare array; as `application/json` or,
/// from beacons, `text/plain`; optionally gzip. A 200 means that everything counted as accepted is
/// on disk. Send again after 429 and 503 (see `Retry-After`), never after another 4xx.
#[utoipa::path(
    post,
    path = "/api/telemetry/batch",
    tag = "ingest",
    security(("projectKey" = []), ()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses(
        (status = 200, body = TelemetryReply),
        (status = 400, body = TelemetryFailure, description = "Nothing in it can be read"),
        (status = 403, body = TelemetryFailure, description = "Key, origin or signature"),
        (status = 413, body = TelemetryFailure, description = "Too large"),
        (status = 429, body = TelemetryFailure, description = "Rate limit or quota"),
        (status = 503, body = TelemetryFailure, description = "Queue or disk is full"),
    )
)]
pub async fn batch(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let take = async |request| app.pipeline.telemetry(request).await;
    answer(receive(&app, Source::Native, client.ip, request, take).await)
}

fn answer(result: Result<BatchReply, Refusal>) -> Response {
    match result.map_err(Failure::from).and_then(Failure::unless_taken) {
        Ok(reply) => {
            let body = TelemetryReply {
                ok: true,
                accepted: reply.accepted,
                rejected: reply.rejected,
                duplicates: reply.duplicates,
                sampled: reply.sampled,
                errors: problems(&reply),
            };
            send(StatusCode::OK, None, body)
        }
        Err(failure) => refuse(failure),
    }
}

pub fn refuse(failure: Failure) -> Response {
    let (status, retry_after) = (failure.status, failure.retry_after);
    send(status, retry_after, TelemetryFailure::from(failure))
}

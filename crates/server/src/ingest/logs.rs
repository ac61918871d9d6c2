//! `POST /api/logs`: one line, or an array of them.

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
pub struct LogsReply {
    success: bool,
    data: LogsTaken,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LogsTaken {
    accepted: u32,
    duplicates: u32,
    rejected: u32,
    /// Of the lines that were taken, in order.
    ids: Vec<String>,
    errors: Vec<ItemProblem>,
}

/// Nothing was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogsFailure {
    /// Always false.
    success: bool,
    error: LogsError,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LogsError {
    #[schema(example = "key")]
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Where the array was read but every line in it was refused: why, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ItemProblem>,
}

/// Takes log lines
///
/// `{deviceId, timestamp, level, message, tags?, id?}`, or an array of them.
#[utoipa::path(
    post,
    path = "/api/logs",
    tag = "ingest",
    security(("projectKey" = [])),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses(
        (status = 200, body = LogsReply),
        (status = 400, body = LogsFailure, description = "Nothing in it can be read"),
        (status = 403, body = LogsFailure, description = "Key, scope or signature"),
        (status = 413, body = LogsFailure, description = "Too large"),
        (status = 429, body = LogsFailure, description = "Rate limit or quota"),
        (status = 503, body = LogsFailure, description = "Queue or disk is full"),
    )
)]
pub async fn logs(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let take = async |request| app.pipeline.logs(request).await;
    answer(receive(&app, Source::Logs, client.ip, request, take).await)
}

fn answer(result: Result<BatchReply, Refusal>) -> Response {
    match taken(result) {
        Ok(reply) => {
            let errors = problems(&reply);
            let data = LogsTaken {
                accepted: reply.accepted,
                duplicates: reply.duplicates,
                rejected: reply.rejected,
                ids: reply.ids,
                errors,
            };
            send(StatusCode::OK, None, LogsReply { success: true, data })
        }
        Err(failure) => refused(failure),
    }
}

/// A batch of which something was taken.
pub(super) fn taken(result: Result<BatchReply, Refusal>) -> Result<BatchReply, Failure> {
    result.map_err(Failure::from).and_then(Failure::unless_taken)
}

pub(super) fn refused(failure: Failure) -> Response {
    let error = LogsError {
        code: failure.code,
        message: failure.message,
        field: failure.field,
        errors: failure.errors,
    };
    send(failure.status, failure.retry_after, LogsFailure { success: false, error })
}

//! `POST /api/devices/heartbeat` and its other name: devices say that they are there.

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Source;
use serde::Serialize;
use utoipa::ToSchema;

use super::logs::{LogsFailure, refused, taken};
use super::receive::receive;
use super::reply::{ItemProblem, problems, send};
use crate::App;
use crate::client_ip::Client;

#[derive(Debug, Serialize, ToSchema)]
pub struct HeartbeatReply {
    success: bool,
    data: HeartbeatsTaken,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HeartbeatsTaken {
    accepted: u32,
    duplicates: u32,
    rejected: u32,
    errors: Vec<ItemProblem>,
}

/// Takes the heartbeats of devices
///
/// `{deviceId, status?, timestamp?}`, an array of them, or `{devices: [...]}`.
#[utoipa::path(
    post,
    path = "/api/devices/heartbeat",
    tag = "ingest",
    security(("projectKey" = [])),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses(
        (status = 200, body = HeartbeatReply),
        (status = 400, body = LogsFailure, description = "Nothing in it can be read"),
        (status = 403, body = LogsFailure, description = "Key, scope or signature"),
        (status = 413, body = LogsFailure, description = "Too large"),
        (status = 429, body = LogsFailure, description = "Rate limit or quota"),
        (status = 503, body = LogsFailure, description = "Queue or disk is full"),
    )
)]
pub async fn heartbeat(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let take = async |request| app.pipeline.devices(request).await;
    let result = receive(&app, Source::Logs, client.ip, request, take).await;
    let reply = match taken(result) {
        Ok(reply) => reply,
        Err(failure) => return refused(failure),
    };
    let data = HeartbeatsTaken {
        accepted: reply.accepted,
        duplicates: reply.duplicates,
        rejected: reply.rejected,
        errors: problems(&reply),
    };
    send(StatusCode::OK, None, HeartbeatReply { success: true, data })
}

/// The same as `POST /api/devices/heartbeat`
#[utoipa::path(
    post,
    path = "/api/devices/status",
    tag = "ingest",
    security(("projectKey" = [])),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = HeartbeatReply), (status = 400, body = LogsFailure))
)]
pub async fn heartbeat_alias(
    app: State<App>,
    client: Extension<Client>,
    request: Request,
) -> Response {
    heartbeat(app, client, request).await
}

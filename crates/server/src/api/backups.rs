//! Backups of the running server, made when somebody asks.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::Millis;
use serde::Serialize;
use store::Store;
use store::backup::{Backup, BackupError, Listed, list as list_backups};
use store::control::{Actor, Change};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Admin;
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::state::BackupOptions;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list, create))
}

#[derive(Serialize, ToSchema)]
struct Backups {
    /// Newest first.
    items: Vec<BackupDoc>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Backup)]
struct BackupDoc {
    name: String,
    at: Millis,
    bytes: u64,
}

/// A finished backup, read back and found whole.
#[derive(Serialize, ToSchema)]
struct BackupMade {
    name: String,
    at: Millis,
    bytes: u64,
    counts: Counts,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BackupCounts)]
struct Counts {
    events: u64,
    logs: u64,
    recording_segments: u64,
    /// Acknowledged, but not yet among the events, logs and segments.
    inbox_items: u64,
    ledger_items: u64,
    projects: u64,
}

/// Finished backups
#[utoipa::path(get, path = "/api/system/backups", tag = "system", operation_id = "list_backups",
    security(("session" = [])), responses((status = 200, body = Backups)))]
async fn list(_: Admin, State(app): State<App>) -> Result<Json<Backups>, Problem> {
    let dir = options(&app)?.dir;
    let listed = tokio::task::spawn_blocking(move || list_backups(&dir)).await;
    let listed = listed.map_err(Problem::internal)?.map_err(Problem::internal)?;
    let doc = |Listed { name, at, bytes }| BackupDoc { name, at, bytes };
    Ok(Json(Backups { items: listed.into_iter().map(doc).collect() }))
}

/// Make a backup now
///
/// Answers when it is verified; 202 if that takes longer than a request may: it goes on, and is
/// listed when it is finished. One at a time, the nightly one included: 409 otherwise.
#[utoipa::path(post, path = "/api/system/backups", tag = "system", operation_id = "create_backup",
    security(("session" = [], "csrf" = [])), responses(
    (status = 201, body = BackupMade), (status = 202, description = "Still being made"),
    (status = 409, body = ProblemBody)))]
async fn create(by: Admin, State(app): State<App>) -> Result<Response, Problem> {
    let options = options(&app)?;
    let store = app.store.clone();
    // Whoever asked may leave: it is finished and audited all the same.
    let making = tokio::task::spawn_blocking(move || make(&store, &options, &by.actor));
    // Before the request's own limit would turn this into a failure.
    let patience = app.options.request_timeout.mul_f32(0.9);
    match tokio::time::timeout(patience, making).await {
        Ok(made) => {
            let made = made.map_err(Problem::internal)??;
            Ok((StatusCode::CREATED, Json(doc(&made))).into_response())
        }
        Err(_) => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

fn make(store: &Store, options: &BackupOptions, by: &Actor) -> Result<Backup, Problem> {
    let (made, removed) =
        store.backup_and_prune(&options.dir, options.keep).map_err(|error| match error {
            BackupError::Busy => Problem::conflict("another backup is being made"),
            BackupError::Exists(_) => Problem::conflict("there is one of this second already"),
            error => Problem::internal(error),
        })?;
    let after = serde_json::json!({
        "bytes": made.manifest.bytes(),
        "removed": removed.len(),
    });
    let target = format!("backup:{}", made.name());
    let change =
        Change { action: "backup.create", target, after: Some(after), ..Change::default() };
    store.control.audit(by, change)?;
    Ok(made)
}

fn options(app: &App) -> Result<BackupOptions, Problem> {
    app.options.backups.clone().ok_or_else(|| Problem::not_found("backup directory"))
}

fn doc(made: &Backup) -> BackupMade {
    let counts = made.manifest.counts;
    BackupMade {
        name: made.name(),
        at: made.manifest.created_at,
        bytes: made.manifest.bytes(),
        counts: Counts {
            events: counts.events,
            logs: counts.logs,
            recording_segments: counts.recording_segments,
            inbox_items: counts.inbox_items,
            ledger_items: counts.ledger_items,
            projects: counts.projects,
        },
    }
}

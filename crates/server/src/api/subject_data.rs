//! What is kept of one person: a copy for them, and its end.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use store::control::Change;
use store::warehouse::Erased;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::event_view::COLUMNS;
use super::export::Export;
use crate::auth::{ProjectAccess, Write};
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(export_subject)).routes(routes!(erase_subject))
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes store's own type")]
pub struct ErasedRows {
    events: u64,
    logs: u64,
    recordings: u64,
}

/// A copy of what is kept of one person
///
/// `userId` is the id as the application knows it. The request is audited.
#[utoipa::path(
    get,
    path = "/api/projects/{project}/users/{userId}/export",
    operation_id = "export_user",
    tag = "privacy",
    security(("session" = [])),
    params(("project" = String, Path, description = "Slug"), ("userId" = String, Path)),
    responses((status = 200, description = "One JSON object per line", content_type = "application/x-ndjson"))
)]
async fn export_subject(
    access: ProjectAccess<Write>,
    State(app): State<App>,
    path: Path<(String, String)>,
) -> Result<Response, Problem> {
    let Path((_, raw)) = path;
    let user = pipeline::user_pseudonym(&access.project, &raw);
    let now = app.clock.now();
    let rows = app.store.warehouse.export_user(access.project.id, &user, now);
    audit(&app, access, "subject.export", user, None).await?;
    Export::ndjson("user").send(&app, &COLUMNS, rows).await
}

/// Erases what is kept of one person
///
/// Events, recordings and log lines that name them, for good. The request is audited.
#[utoipa::path(
    delete,
    path = "/api/projects/{project}/users/{userId}",
    operation_id = "erase_user",
    tag = "privacy",
    security(("session" = [], "csrf" = [])),
    params(("project" = String, Path, description = "Slug"), ("userId" = String, Path)),
    responses((status = 200, body = ErasedRows), (status = 503, body = ProblemBody<'static>))
)]
async fn erase_subject(
    access: ProjectAccess<Write>,
    State(app): State<App>,
    path: Path<(String, String)>,
) -> Result<Json<Erased>, Problem> {
    let Path((_, raw)) = path;
    let user = pipeline::user_pseudonym(&access.project, &raw);
    // What is acknowledged but still on its way would come back after the erasure.
    let store = app.store.clone();
    let settled = tokio::task::spawn_blocking(move || store.flush()).await;
    if !settled.map_err(Problem::internal)? {
        return Err(Problem::overloaded("what was received last is still being moved", 30));
    }
    let erased = app.store.warehouse.erase_user(access.project.id, &user).await?;
    let (recordings, files) = (app.store.recordings.clone(), erased.files.clone());
    let removing = move || recordings.remove(files.iter().map(String::as_str));
    tokio::task::spawn_blocking(removing).await.map_err(Problem::internal)?;
    audit(&app, access, "subject.erase", user, Some(&erased)).await?;
    Ok(Json(erased))
}

/// The trail names the pseudonym: who was erased must not live on in it.
async fn audit(
    app: &App,
    access: ProjectAccess<Write>,
    action: &'static str,
    user: String,
    erased: Option<&Erased>,
) -> Result<(), Problem> {
    let after =
        erased.map(|e| json!({ "events": e.events, "logs": e.logs, "recordings": e.recordings }));
    let ProjectAccess { project, actor, .. } = access;
    app.control(move |control| {
        let target = format!("user:{user}");
        let project = Some(project.slug.as_str());
        control.audit(&actor, Change { action, target, project, after, ..Change::default() })
    })
    .await
}

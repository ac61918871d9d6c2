use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::ProjectSettings;
use store::control::VersionedSettings;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::schemas;
use crate::auth::{Inspect, ProjectAccess, Write};
use crate::extract::{IfMatch, Json};
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(get, put))
}

/// What a project accepts, keeps and tells its SDKs.
#[utoipa::path(get, path = "/api/projects/{project}/settings", tag = "projects",
    operation_id = "get_settings", params(("project" = String, Path)), security(("session" = [])),
    responses((status = 200, description = "With its version as ETag", body = schemas::ProjectSettings)))]
async fn get(access: ProjectAccess<Inspect>, State(app): State<App>) -> Result<Response, Problem> {
    Ok(tagged(app.control.settings(access.project.id)?))
}

/// Replace the settings. What is left out gets its default. With `If-Match`, only if nobody else
/// has changed them since.
#[utoipa::path(put, path = "/api/projects/{project}/settings", tag = "projects",
    operation_id = "put_settings", params(("project" = String, Path),
    ("If-Match" = Option<String>, Header)), request_body = schemas::ProjectSettings,
    security(("session" = [], "csrf" = [])),
    responses((status = 200, description = "With its new version as ETag",
        body = schemas::ProjectSettings),
    (status = 412, description = "changed by somebody else", body = ProblemBody),
    (status = 422, description = "every problem with its field", body = ProblemBody)))]
async fn put(
    access: ProjectAccess<Write>,
    if_match: Option<IfMatch>,
    State(app): State<App>,
    Json(settings): Json<ProjectSettings>,
) -> Result<Response, Problem> {
    let (actor, id) = (access.actor, access.project.id);
    let expected = if_match.map(|IfMatch(version)| version);
    let saved = app.control(move |c| c.put_settings(&actor, id, settings, expected)).await?;
    Ok(tagged(saved))
}

fn tagged(found: VersionedSettings) -> Response {
    ([(header::ETAG, format!("\"{}\"", found.version))], Json(found.settings)).into_response()
}

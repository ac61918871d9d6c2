use axum::extract::State;
use axum::http::StatusCode;
use model::Millis;
use serde::{Deserialize, Serialize};
use store::control::{NewProject, ProjectChange, ProjectInfo};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Admin, Operator, ProjectAccess, Read, Write};
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

#[derive(Serialize, ToSchema)]
struct Projects {
    items: Vec<ProjectDoc>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Project)]
struct ProjectDoc {
    id: i64,
    slug: String,
    name: String,
    /// Its data is generated.
    demo: bool,
    environments: Vec<String>,
    created_at: Millis,
}

impl From<ProjectInfo> for ProjectDoc {
    fn from(p: ProjectInfo) -> Self {
        let ProjectInfo { id, slug, name, demo, environments, created_at } = p;
        ProjectDoc { id: id.0, slug, name, demo, environments, created_at }
    }
}

/// The projects one may see.
#[utoipa::path(get, path = "/api/projects", tag = "projects", operation_id = "list_projects",
    security(("session" = [])), responses((status = 200, body = Projects)))]
async fn list(by: Operator, State(app): State<App>) -> Result<Json<Projects>, Problem> {
    let all = app.control.projects()?.into_iter();
    let items = all.filter(|p| by.operator.may_read(p.id)).map(ProjectDoc::from).collect();
    Ok(Json(Projects { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProject)]
struct Create {
    /// For good; 2 to 40 of a-z and 0-9 with single hyphens.
    slug: String,
    name: String,
    /// Without: production, staging and development.
    #[serde(default)]
    environments: Vec<String>,
}

/// Add a project.
#[utoipa::path(post, path = "/api/projects", tag = "projects", operation_id = "create_project",
    request_body = Create, security(("session" = [], "csrf" = [])), responses(
    (status = 201, body = ProjectDoc), (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create(
    by: Admin,
    State(app): State<App>,
    Json(new): Json<Create>,
) -> Result<(StatusCode, Json<ProjectDoc>), Problem> {
    let Create { slug, name, environments } = new;
    let new = NewProject { slug, name, environments, ..NewProject::default() };
    let project = app.control(move |c| c.create_project(&by.actor, new)).await?;
    Ok((StatusCode::CREATED, Json(project.into())))
}

/// One project.
#[utoipa::path(get, path = "/api/projects/{project}", tag = "projects",
    operation_id = "get_project", params(("project" = String, Path)),
    security(("session" = []), ("secretKey" = [])),
    responses((status = 200, body = ProjectDoc), (status = 404, body = ProblemBody)))]
async fn get(
    access: ProjectAccess<Read>,
    State(app): State<App>,
) -> Result<Json<ProjectDoc>, Problem> {
    Ok(Json(app.control.project(access.project.id)?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProjectChange)]
struct Update {
    name: Option<String>,
    /// Replaces the list.
    environments: Option<Vec<String>>,
}

/// Rename a project or change its environments.
#[utoipa::path(patch, path = "/api/projects/{project}", tag = "projects",
    operation_id = "update_project", params(("project" = String, Path)), request_body = Update,
    security(("session" = [], "csrf" = [])), responses((status = 200, body = ProjectDoc),
    (status = 409, description = "a key is bound to a removed environment", body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn update(
    access: ProjectAccess<Write>,
    State(app): State<App>,
    Json(change): Json<Update>,
) -> Result<Json<ProjectDoc>, Problem> {
    let Update { name, environments } = change;
    let change = ProjectChange { name, environments };
    let (actor, id) = (access.actor, access.project.id);
    let project = app.control(move |c| c.update_project(&actor, id, change)).await?;
    Ok(Json(project.into()))
}

/// Remove a project, its keys and memberships. Its data goes with the next retention run.
#[utoipa::path(delete, path = "/api/projects/{project}", tag = "projects",
    operation_id = "delete_project", params(("project" = String, Path)),
    security(("session" = [], "csrf" = [])),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn delete(
    by: Admin,
    Path(slug): Path<String>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let project = app.control.directory().by_slug(&slug);
    let id = project.ok_or_else(|| Problem::not_found("project"))?.id;
    app.control(move |c| c.delete_project(&by.actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

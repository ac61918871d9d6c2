use axum::extract::State;
use axum::http::StatusCode;
use model::{Millis, ProjectId};
use serde::{Deserialize, Serialize};
use store::control::{
    ControlError, FieldProblem, NewOperator, OperatorChange, OperatorInfo, PasswordHash, Role,
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::schemas;
use crate::auth::Admin;
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(reset_password))
}

#[derive(Serialize, ToSchema)]
struct Operators {
    items: Vec<OperatorDoc>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operator)]
struct OperatorDoc {
    id: i64,
    username: String,
    #[schema(value_type = schemas::Role)]
    role: Role,
    /// Slugs; an admin needs none.
    projects: Vec<String>,
    disabled: bool,
    must_change_password: bool,
    created_at: Millis,
    last_login_at: Option<Millis>,
    /// One-time; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// All operators.
#[utoipa::path(get, path = "/api/operators", tag = "operators", operation_id = "list_operators",
    security(("session" = [])), responses((status = 200, body = Operators)))]
async fn list(_: Admin, State(app): State<App>) -> Result<Json<Operators>, Problem> {
    let all = app.control.operators()?;
    Ok(Json(Operators { items: all.into_iter().map(|o| doc(&app, o, None)).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOperator)]
struct Create {
    #[schema(min_length = 2, max_length = 64)]
    username: String,
    /// Without one, a one-time password is made and told.
    password: Option<String>,
    #[schema(value_type = schemas::Role)]
    role: Role,
    #[serde(default)]
    projects: Vec<String>,
}

/// Add an operator. Whatever the password is, it must be changed at the first sign-in.
#[utoipa::path(post, path = "/api/operators", tag = "operators", operation_id = "create_operator",
    request_body = Create, security(("session" = [], "csrf" = [])), responses(
    (status = 201, body = OperatorDoc), (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create(
    by: Admin,
    State(app): State<App>,
    Json(new): Json<Create>,
) -> Result<(StatusCode, Json<OperatorDoc>), Problem> {
    let projects = ids(&app, &new.projects)?;
    let (operator, password) = app
        .hashing(move |control| {
            let Create { username, password, role, .. } = new;
            let Some(password) = password else {
                let (operator, once) = control.invite(&by.actor, &username, role, projects)?;
                return Ok((operator, Some(once.password)));
            };
            let password = PasswordHash::of(&password, &username)?;
            let must_change_password = true;
            let new = NewOperator { username, password, role, projects, must_change_password };
            Ok((control.create_operator(&by.actor, new)?, None))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(doc(&app, operator, password))))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OperatorChange)]
struct Update {
    #[schema(value_type = Option<schemas::Role>)]
    role: Option<Role>,
    /// Replaces the memberships.
    projects: Option<Vec<String>>,
    /// Ends their sessions at once.
    disabled: Option<bool>,
}

/// Change what an operator may do.
#[utoipa::path(patch, path = "/api/operators/{id}", tag = "operators",
    operation_id = "update_operator", params(("id" = i64, Path)), request_body = Update,
    security(("session" = [], "csrf" = [])), responses((status = 200, body = OperatorDoc),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn update(
    by: Admin,
    Path(id): Path<i64>,
    State(app): State<App>,
    Json(change): Json<Update>,
) -> Result<Json<OperatorDoc>, Problem> {
    let Update { role, projects, disabled } = change;
    let projects = projects.map(|slugs| ids(&app, &slugs)).transpose()?;
    let change = OperatorChange { role, projects, disabled };
    let operator = app.control(move |c| c.update_operator(&by.actor, id, change)).await?;
    Ok(Json(doc(&app, operator, None)))
}

/// Remove an operator. The audit trail keeps their name.
#[utoipa::path(delete, path = "/api/operators/{id}", tag = "operators",
    operation_id = "delete_operator", params(("id" = i64, Path)),
    security(("session" = [], "csrf" = [])), responses((status = 204),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn delete(
    by: Admin,
    Path(id): Path<i64>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    app.control(move |c| c.delete_operator(&by.actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
struct OneTimePassword {
    password: String,
}

/// Replace a forgotten password by a one-time one. Ends the operator's sessions.
#[utoipa::path(post, path = "/api/operators/{id}/reset-password", tag = "operators",
    params(("id" = i64, Path)), security(("session" = [], "csrf" = [])),
    responses((status = 200, body = OneTimePassword), (status = 404, body = ProblemBody)))]
async fn reset_password(
    by: Admin,
    Path(id): Path<i64>,
    State(app): State<App>,
) -> Result<Json<OneTimePassword>, Problem> {
    let once = app.hashing(move |c| c.reset_password(&by.actor, id)).await?;
    Ok(Json(OneTimePassword { password: once.password }))
}

fn doc(app: &App, operator: OperatorInfo, password: Option<String>) -> OperatorDoc {
    let directory = app.control.directory();
    let slugs = operator.projects.iter().filter_map(|id| directory.project(*id));
    OperatorDoc {
        id: operator.id,
        username: operator.username,
        role: operator.role,
        projects: slugs.map(|p| p.slug.clone()).collect(),
        disabled: operator.disabled,
        must_change_password: operator.must_change_password,
        created_at: operator.created_at,
        last_login_at: operator.last_login_at,
        password,
    }
}

fn ids(app: &App, slugs: &[String]) -> Result<Vec<ProjectId>, ControlError> {
    let directory = app.control.directory();
    slugs
        .iter()
        .map(|slug| {
            directory.by_slug(slug).map(|p| p.id).ok_or_else(|| {
                let problem = format!("no such project: {slug:?}");
                ControlError::Invalid(vec![FieldProblem { field: "projects".into(), problem }])
            })
        })
        .collect()
}

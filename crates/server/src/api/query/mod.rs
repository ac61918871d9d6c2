//! `POST /api/projects/{project}/query`: one question about events or logs.

mod schema;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;
use store::query::{Query, QueryError, Table};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{ProjectAccess, Read};
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(query))
}

/// Answers one typed question
///
/// Filters, groups, an interval in a time zone, and measures over events or logs. Percentiles,
/// sums and rates undo sampling; uniques are exact. `top` keeps the largest groups and folds the
/// rest into `__other__`.
#[utoipa::path(
    post,
    path = "/api/projects/{project}/query",
    tag = "data",
    security(("session" = [], "csrf" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug")),
    request_body(content = schema::QueryRequest),
    responses(
        (status = 200, body = schema::QueryAnswer),
        (status = 422, body = ProblemBody<'static>, description = "`field` names the part of the question"),
        (status = 503, body = ProblemBody<'static>, description = "Too many questions, or one that takes too long"),
    )
)]
async fn query(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Json(question): Json<Value>,
) -> Result<Json<Table>, Problem> {
    let question = Query::parse(question)?;
    Ok(Json(app.store.warehouse.query(access.project.id, question, app.clock.now()).await?))
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let text = error.to_string();
        match error {
            QueryError::Invalid { field, problem } => Problem::invalid(field, problem),
            QueryError::Timeout => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", text),
            QueryError::Busy => Problem::overloaded(text, 1),
            QueryError::Memory => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_expensive", text)
            }
            QueryError::Engine(cause) => Problem::internal(cause),
        }
    }
}

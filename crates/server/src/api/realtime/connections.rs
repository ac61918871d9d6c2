use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use model::Project;
use realtime::registry::{CloseReason, ConnectionRecord, Page};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::control::{Change, OperatorInfo};
use utoipa::{IntoParams, ToSchema};

use super::connection_view::Connection;
use super::reach::asked;
use crate::auth::Operator;
use crate::extract::{Json, Path, Query};
use crate::problem::ProblemBody;
use crate::{App, Problem};

const MAX_LIMIT: usize = 500;
const DEFAULT_LIMIT: usize = 100;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Slug. Admins see all projects without it; others need it if they may read several.
    project: Option<String>,
    /// Only this user's, of one project.
    user: Option<String>,
    /// At most 500; 100 by default.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionPage {
    items: Vec<Connection>,
    next_cursor: Option<String>,
    /// Connected now, in the project or in all.
    total: usize,
}

/// Who is connected, in no particular order
#[utoipa::path(get, path = "/api/ws/connections", tag = "realtime",
    operation_id = "list_connections", params(Params), security(("session" = [])),
    responses((status = 200, body = ConnectionPage), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
pub async fn list(
    Operator { operator, .. }: Operator,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<ConnectionPage>, Problem> {
    let project = asked(&app, &operator, params.project.as_deref())?;
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", "must be 1 to 500"));
    }
    let (registry, after) = (&app.live.registry, params.cursor.as_deref());
    let page = match (&project, params.user.as_deref()) {
        (None, Some(_)) => return Err(Problem::invalid("project", "is required with user")),
        (None, None) => registry.page(after, limit),
        (Some(project), None) => registry.page_of_project(project.id, after, limit),
        (Some(project), Some(user)) => of_user(registry.by_user(project.id, user), after, limit),
    };
    Ok(Json(ConnectionPage {
        total: registry.stats(project.map(|project| project.id)).total,
        items: page.connections.iter().map(|record| Connection::of(&app, record)).collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    }))
}

fn of_user(mut all: Vec<Arc<ConnectionRecord>>, after: Option<&str>, limit: usize) -> Page {
    all.retain(|record| after.is_none_or(|after| **record.id() > *after));
    all.sort_unstable_by(|one, other| one.id().cmp(other.id()));
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| Arc::clone(last.id()));
    Page { connections: all, next }
}

/// One connection
#[utoipa::path(get, path = "/api/ws/connections/{id}", tag = "realtime",
    operation_id = "get_connection", params(("id" = String, Path)), security(("session" = [])),
    responses((status = 200, body = Connection), (status = 404, body = ProblemBody)))]
pub async fn get(
    Operator { operator, .. }: Operator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Connection>, Problem> {
    let (record, _) = found(&app, &operator, &id)?;
    Ok(Json(Connection::of(&app, &record)))
}

/// End a connection. Its client may come back unless its token is revoked as well.
#[utoipa::path(delete, path = "/api/ws/connections/{id}", tag = "realtime",
    operation_id = "disconnect", params(("id" = String, Path)),
    security(("session" = [], "csrf" = [])), responses((status = 204),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn disconnect(
    Operator { operator, actor }: Operator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (record, project) = found(&app, &operator, &id)?;
    if !operator.may_write(record.project()) {
        return Err(Problem::forbidden("viewers may not end connections"));
    }
    let user = match (&project, record.user()) {
        (Some(project), Some(user)) => Some(pipeline::user_pseudonym(project, user)),
        _ => None,
    };
    let (protocol, slug) = (record.protocol(), project.map(|project| project.slug.clone()));
    app.control(move |control| {
        let change = Change {
            action: "connection.disconnect",
            target: format!("connection:{id}"),
            project: slug.as_deref(),
            before: Some(json!({ "user": user, "protocol": protocol })),
            after: None,
        };
        control.audit(&actor, change)
    })
    .await?;
    record.close(CloseReason::Operator);
    Ok(StatusCode::NO_CONTENT)
}

/// Connections of projects that an operator may not read do not exist for them.
fn found(
    app: &App,
    operator: &OperatorInfo,
    id: &str,
) -> Result<(Arc<ConnectionRecord>, Option<Arc<Project>>), Problem> {
    let record = app.live.registry.get(id).filter(|record| operator.may_read(record.project()));
    let record = record.ok_or_else(|| Problem::not_found("connection"))?;
    let project = app.control.directory().project(record.project());
    Ok((record, project))
}

use axum::extract::State;
use model::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::control::{AuditEntry, AuditQuery, Role};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::moment;
use crate::auth::Operator;
use crate::extract::{Json, Query};
use crate::problem::ProblemBody;
use crate::{App, Problem};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 500;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list))
}

/// Which entries. All conditions must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Filter {
    /// Slug. Whoever is not an admin must give one.
    project: Option<String>,
    actor: Option<String>,
    /// One action, or all of a kind with a trailing dot: `key.`.
    action: Option<String>,
    /// Milliseconds or ISO 8601.
    from: Option<String>,
    to: Option<String>,
    /// Text in the target, the actor, the action or the change.
    q: Option<String>,
    /// At most 500; 100 by default.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    cursor: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditPage {
    items: Vec<AuditItem>,
    next_cursor: Option<String>,
}

/// Somebody changed something.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
pub(super) struct AuditItem {
    id: i64,
    ts: Millis,
    /// A user name, `key:<id>`, `anonymous` or `system`.
    actor: String,
    #[schema(example = "key.rotate")]
    action: String,
    #[schema(example = "key:7")]
    target: String,
    project: Option<String>,
    /// Only what differs, without secrets.
    before: Option<Value>,
    after: Option<Value>,
    ip_prefix: String,
    request_id: String,
}

/// Who changed what, newest first.
#[utoipa::path(get, path = "/api/audit", tag = "audit", operation_id = "list_audit",
    params(Filter), security(("session" = [])),
    responses((status = 200, body = AuditPage), (status = 403, body = ProblemBody)))]
async fn list(
    by: Operator,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = filter.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", "must be 1 to 500"));
    }
    let query = AuditQuery { limit, ..query(&app, &by, filter)? };
    let found = app.control(move |control| control.audit_log(&query)).await?;
    // A full page may be followed by another.
    let next = found.last().filter(|_| found.len() == limit).map(|entry| entry.id.to_string());
    Ok(Json(AuditPage { items: found.into_iter().map(item).collect(), next_cursor: next }))
}

/// An admin may read the whole trail; operators that of their projects, which they must name.
pub(super) fn query(app: &App, by: &Operator, filter: Filter) -> Result<AuditQuery, Problem> {
    if by.operator.role != Role::Admin {
        let slug = filter.project.as_deref();
        let slug = slug.ok_or_else(|| Problem::forbidden("only an admin sees all projects"))?;
        let project = app.control.directory().by_slug(slug);
        let project = project.filter(|p| by.operator.may_read(p.id));
        let project = project.ok_or_else(|| Problem::not_found("project"))?;
        if !by.operator.may_write(project.id) {
            return Err(Problem::forbidden("viewers may not read the audit trail"));
        }
    }
    let moment = |text: Option<String>, field: &str| {
        let moment = text.filter(|t| !t.is_empty()).map(|t| moment::parse(&t)).transpose();
        moment.map_err(|problem| Problem::invalid(field, problem))
    };
    Ok(AuditQuery {
        project: filter.project,
        actor: filter.actor,
        action: filter.action,
        from: moment(filter.from, "from")?,
        to: moment(filter.to, "to")?,
        text: filter.q.filter(|text| !text.is_empty()),
        before_id: filter.cursor,
        limit: MAX_LIMIT,
    })
}

fn item(entry: AuditEntry) -> AuditItem {
    AuditItem {
        id: entry.id,
        ts: entry.ts,
        actor: entry.actor,
        action: entry.action,
        target: entry.target,
        project: entry.project,
        before: entry.before,
        after: entry.after,
        ip_prefix: entry.ip_prefix,
        request_id: entry.request_id,
    }
}

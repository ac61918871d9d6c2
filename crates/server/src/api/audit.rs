use axum::extract::State;
use axum::response::Response;
use model::Millis;
use serde::Serialize;
use serde_json::Value;
use store::control::{AuditEntry, AuditQuery, Role};
use store::query::QueryError;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::export::{self, Export, Rows};
use super::params::Pairs;
use super::range;
use crate::auth::Operator;
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::{App, Problem};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 500;
const EXPORT_PAGE: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(export))
}

/// Which entries. All conditions must hold.
#[derive(Default, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Slug. Whoever is not an admin must give one.
    project: Option<String>,
    actor: Option<String>,
    /// One action, or all of a kind with a trailing dot: `key.`.
    action: Option<String>,
    /// Milliseconds, ISO 8601, `now`, or an age such as `-7d`.
    from: Option<String>,
    /// Exclusive.
    to: Option<String>,
    /// Text in the target, the actor, the action or the change.
    q: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "described, never built")]
struct Paging {
    /// At most 500; 100 by default.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
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
struct AuditItem {
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

/// Who changed what, newest first
#[utoipa::path(get, path = "/api/audit", tag = "audit", operation_id = "list_audit",
    params(Filter, Paging), security(("session" = [])),
    responses((status = 200, body = AuditPage), (status = 403, body = ProblemBody)))]
async fn list(
    by: Operator,
    State(app): State<App>,
    Pairs(mut params): Pairs,
) -> Result<Json<AuditPage>, Problem> {
    let limit = match take(&mut params, "limit") {
        None => DEFAULT_LIMIT,
        Some(text) => {
            let limit = text.parse().ok().filter(|n| (1..=MAX_LIMIT).contains(n));
            limit.ok_or_else(|| Problem::invalid("limit", "must be 1 to 500"))?
        }
    };
    let cursor = take(&mut params, "cursor").map(|text| text.parse()).transpose();
    let before_id = cursor.map_err(|_| Problem::invalid("cursor", "is not one of ours"))?;
    let query = AuditQuery { limit, before_id, ..query(&app, &by, params)? };
    let found = app.control(move |control| control.audit_log(&query)).await?;
    // A full page may be followed by another.
    let next = found.last().filter(|_| found.len() == limit).map(|entry| entry.id.to_string());
    Ok(Json(AuditPage { items: found.into_iter().map(item).collect(), next_cursor: next }))
}

/// The trail as a file
#[utoipa::path(get, path = "/api/audit/export", tag = "audit", operation_id = "export_audit",
    params(Filter, export::ExportParams), security(("session" = [])), responses(
    (status = 200, description = "Streamed, newest first", content_type = "text/csv"),
    (status = 403, body = ProblemBody),
    (status = 503, description = "Too many exports at once", body = ProblemBody)))]
async fn export(
    by: Operator,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Response, Problem> {
    let (export, params) = Export::read("audit", params)?;
    let query = AuditQuery { limit: EXPORT_PAGE, ..query(&app, &by, params)? };
    let trail = Trail { app: app.clone(), query: Some(query) };
    export.send(&app, &COLUMNS, trail).await
}

const COLUMNS: [&str; 10] = [
    "id",
    "ts",
    "actor",
    "action",
    "target",
    "project",
    "before",
    "after",
    "ipPrefix",
    "requestId",
];

/// What is left of an export; `None` after its last page.
struct Trail {
    app: App,
    query: Option<AuditQuery>,
}

impl Rows for Trail {
    type Row = AuditItem;

    async fn next(&mut self) -> Result<Option<Vec<AuditItem>>, QueryError> {
        let Some(query) = self.query.take() else { return Ok(None) };
        let page = query.clone();
        let found = self.app.control(move |control| control.audit_log(&page)).await;
        let found = found.map_err(|problem| QueryError::Engine(problem.code().to_owned()))?;
        if found.len() == query.limit {
            let before_id = found.last().map(|entry| entry.id);
            self.query = Some(AuditQuery { before_id, ..query });
        }
        Ok(Some(found.into_iter().map(item).collect()))
    }
}

/// An admin may read the whole trail; operators that of their projects, which they must name.
fn query(app: &App, by: &Operator, params: Vec<(String, String)>) -> Result<AuditQuery, Problem> {
    let filter = Filter::read(params)?;
    let now = app.clock.now();
    let mut from = range::moment("from", filter.from.as_deref(), now)?;
    if by.operator.role != Role::Admin {
        let slug = filter.project.as_deref();
        let slug = slug.ok_or_else(|| Problem::forbidden("only an admin sees all projects"))?;
        let project = app.control.directory().by_slug(slug);
        let project = project.filter(|p| by.operator.may_read(p.id));
        let project = project.ok_or_else(|| Problem::not_found("project"))?;
        if !by.operator.may_write(project.id) {
            return Err(Problem::forbidden("viewers may not read the audit trail"));
        }
        // A deleted project may have had the same slug; its past is not theirs.
        from = from.max(Some(app.control.project(project.id)?.created_at));
    }
    Ok(AuditQuery {
        project: filter.project,
        actor: filter.actor,
        action: filter.action,
        from,
        to: range::moment("to", filter.to.as_deref(), now)?,
        text: filter.q,
        ..AuditQuery::default()
    })
}

impl Filter {
    /// An empty parameter is none.
    fn read(params: Vec<(String, String)>) -> Result<Filter, Problem> {
        let mut filter = Filter::default();
        for (name, value) in params {
            let place = match name.as_str() {
                "project" => &mut filter.project,
                "actor" => &mut filter.actor,
                "action" => &mut filter.action,
                "from" => &mut filter.from,
                "to" => &mut filter.to,
                "q" => &mut filter.q,
                _ => return Err(Problem::invalid(name, "is not a parameter of this list")),
            };
            *place = Some(value).filter(|value| !value.is_empty());
        }
        Ok(filter)
    }
}

fn take(params: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = params.iter().position(|(param, _)| param == name)?;
    Some(params.remove(at).1)
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

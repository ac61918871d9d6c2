//! What became of everything that was received, to the last item.

use std::collections::HashMap;

use axum::extract::State;
use model::{LedgerRow, LedgerTotals, Millis, ProjectId};
use serde::{Deserialize, Serialize};
use store::LedgerQuery;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::range::Range;
use crate::auth::Reader;
use crate::extract::{Json, Query};
use crate::problem::ProblemBody;
use crate::{App, Problem};

const HOUR: Millis = 3_600_000;

/// A year of one busy project, or a month of a dozen: beyond that, ask for less.
const MAX_ROWS: usize = 100_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(ledger))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Slug; every project the caller may read when absent.
    project: Option<String>,
    /// The hour of this moment is included. 24 hours ago when absent.
    #[param(example = "-24h")]
    from: Option<String>,
    /// Exclusive; now when absent.
    to: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Ledger {
    rows: Vec<LedgerLine>,
    #[schema(value_type = LedgerSums)]
    totals: LedgerTotals,
}

/// How many items ended how in one hour.
#[derive(Serialize, ToSchema)]
pub struct LedgerLine {
    /// Slug; null for what could not be attributed to a project.
    project: Option<String>,
    /// Start of the UTC hour.
    hour: Millis,
    #[schema(example = "native")]
    source: &'static str,
    #[schema(example = "invalid")]
    outcome: &'static str,
    #[schema(example = "unknown_kind")]
    reason: &'static str,
    count: u64,
}

/// `received` is the sum of the others.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes model's own type")]
pub struct LedgerSums {
    received: u64,
    accepted: u64,
    duplicate: u64,
    sampled: u64,
    limited: u64,
    invalid: u64,
    denied: u64,
    dropped: u64,
}

/// What became of every item, by hour and reason
///
/// Without `project`, admins also see what could not be attributed to one.
#[utoipa::path(
    get,
    path = "/api/ledger",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(Params),
    responses((status = 200, body = Ledger), (status = 422, body = ProblemBody<'static>))
)]
async fn ledger(
    reader: Reader,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Ledger>, Problem> {
    let (from, to) = (params.from.as_deref(), params.to.as_deref());
    let Range { from, to } = Range::parse(from, to, app.clock.now())?;
    let directory = app.control.directory();
    let project = match params.project.as_deref().filter(|slug| !slug.is_empty()) {
        None => None,
        Some(slug) => {
            let found = directory.by_slug(slug).filter(|p| reader.may_read(p.id));
            Some(found.ok_or_else(|| Problem::not_found("project"))?.id)
        }
    };
    let query = LedgerQuery { project, from: from - from.rem_euclid(HOUR), to };
    let inbox = app.store.inbox.clone();
    let read = tokio::task::spawn_blocking(move || inbox.ledger(&query)).await;
    let mut rows = read.map_err(Problem::internal)?.map_err(Problem::internal)?;
    rows.retain(|row| reader.may_read(row.project));
    if rows.len() > MAX_ROWS {
        let problem = format!("more than {MAX_ROWS} lines; choose a later start or a project");
        return Err(Problem::invalid("from", problem));
    }
    let slugs: HashMap<ProjectId, &str> =
        directory.projects().map(|p| (p.id, p.slug.as_str())).collect();
    let totals = rows.iter().collect();
    let line = |row: LedgerRow| LedgerLine {
        project: slugs.get(&row.project).map(|&slug| slug.to_owned()),
        hour: row.hour,
        source: row.source.name(),
        outcome: row.reason.outcome().name(),
        reason: row.reason.name(),
        count: row.count,
    };
    Ok(Json(Ledger { rows: rows.into_iter().map(line).collect(), totals }))
}

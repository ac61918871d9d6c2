use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::warehouse::TimelineSummary;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::event_view::EventView;
use crate::auth::{ProjectAccess, Read};
use crate::extract::{Json, Path, Query};
use crate::problem::ProblemBody;
use crate::{App, Problem};

/// A session longer than this is a robot, or a page that nobody closed for a week.
const MAX_ITEMS: u32 = 5000;
const DEFAULT_ITEMS: u32 = 1000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(session_timeline))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Params {
    /// 1 to 5000 events; 1000 when absent.
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct SessionTimeline {
    session: String,
    #[schema(value_type = SessionSummary)]
    summary: TimelineSummary,
    /// Oldest first.
    items: Vec<EventView>,
    /// The session has more events than `items`.
    truncated: bool,
}

/// Over the whole session, whatever was cut from its items.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes store's own type")]
pub struct SessionSummary {
    start: i64,
    end: i64,
    pages: u64,
    errors: u64,
    events: u64,
    user: String,
    device: String,
}

/// One session from its first event on
#[utoipa::path(
    get,
    path = "/api/projects/{project}/sessions/{session}",
    operation_id = "get_session",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug"), ("session" = String, Path), Params),
    responses((status = 200, body = SessionTimeline), (status = 404, body = ProblemBody<'static>))
)]
async fn session_timeline(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    path: Path<(String, String)>,
    Query(params): Query<Params>,
) -> Result<Json<SessionTimeline>, Problem> {
    let Path((_, session)) = path;
    let limit = params.limit.unwrap_or(DEFAULT_ITEMS);
    if !(1..=MAX_ITEMS).contains(&limit) {
        return Err(Problem::invalid("limit", format!("must be 1 to {MAX_ITEMS}")));
    }
    let found = app.store.warehouse.timeline(access.project.id, &session, limit).await?;
    let timeline = found.ok_or_else(|| Problem::not_found("session"))?;
    Ok(Json(SessionTimeline {
        session,
        summary: timeline.summary,
        items: timeline.items.into_iter().map(EventView::from).collect(),
        truncated: timeline.truncated,
    }))
}

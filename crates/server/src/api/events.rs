//! Rows of telemetry, newest first.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use store::query::{EventSearch, QueryError};
use store::warehouse;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::event_view::{COLUMNS, EventView};
use super::export::{self, Export, Rows};
use super::params::{ListParams, Pairs};
use crate::auth::{ProjectAccess, Read};
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_events))
        .routes(routes!(export_events))
        .routes(routes!(event))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    items: Vec<EventView>,
    /// Continues this list, however many events arrive meanwhile; null at its end.
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct EventRows {
    items: Vec<EventView>,
}

/// Lists events, newest first
///
/// Parameters that name a field take several values with commas between them: any of them
/// matches.
#[utoipa::path(
    get,
    path = "/api/projects/{project}/events",
    operation_id = "list_events",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(
        ("project" = String, Path, description = "Slug"),
        ListParams,
        ("kind" = Option<String>, Query, example = "error,api"),
        ("name" = Option<String>, Query),
        ("class" = Option<String>, Query),
        ("session" = Option<String>, Query),
        ("user" = Option<String>, Query),
        ("visitor" = Option<String>, Query),
        ("release" = Option<String>, Query),
        ("env" = Option<String>, Query),
        ("app" = Option<String>, Query),
        ("path" = Option<String>, Query),
        ("fingerprint" = Option<String>, Query),
        ("bot" = Option<String>, Query),
        ("source" = Option<String>, Query),
    ),
    responses((status = 200, body = EventPage), (status = 422, body = ProblemBody<'static>))
)]
async fn list_events(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Json<EventPage>, Problem> {
    let search = EventSearch::from_params(params)?;
    let page = app.store.warehouse.events(access.project.id, search, app.clock.now()).await?;
    let items = page.items.into_iter().map(EventView::from).collect();
    Ok(Json(EventPage { items, next_cursor: page.next }))
}

/// Every row of one event
#[utoipa::path(
    get,
    path = "/api/projects/{project}/events/{eventId}",
    operation_id = "get_event",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug"), ("eventId" = String, Path)),
    responses((status = 200, body = EventRows), (status = 404, body = ProblemBody<'static>))
)]
async fn event(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    path: Path<(String, String)>,
) -> Result<Json<EventRows>, Problem> {
    let Path((_, id)) = path;
    let rows = app.store.warehouse.event(access.project.id, &id).await?;
    if rows.is_empty() {
        return Err(Problem::not_found("event"));
    }
    Ok(Json(EventRows { items: rows.into_iter().map(EventView::from).collect() }))
}

/// The list as a file
#[utoipa::path(
    get,
    path = "/api/projects/{project}/events/export",
    operation_id = "export_events",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug"), export::ExportParams),
    responses(
        (status = 200, description = "Streamed, newest first", content_type = "text/csv"),
        (status = 503, body = ProblemBody<'static>, description = "Too many exports at once"),
    )
)]
async fn export_events(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Response, Problem> {
    let (export, params) = Export::read("events", params)?;
    let search = EventSearch::from_params(params)?;
    let now = app.clock.now();
    let rows = app.store.warehouse.export_events(access.project.id, search, now);
    export.send(&app, &COLUMNS, rows).await
}

impl Rows for warehouse::Export<EventSearch> {
    type Row = EventView;

    async fn next(&mut self) -> Result<Option<Vec<EventView>>, QueryError> {
        let rows = self.next_chunk().await?;
        Ok(rows.map(|rows| rows.into_iter().map(EventView::from).collect()))
    }
}

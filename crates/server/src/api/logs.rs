//! Lines of log, newest first.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use store::query::{LogSearch, QueryError};
use store::warehouse;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::export::{self, Export, Rows};
use super::log_view::{COLUMNS, LogView};
use super::params::{ListParams, Pairs};
use crate::auth::{ProjectAccess, Read};
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_logs)).routes(routes!(export_logs))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogPage {
    items: Vec<LogView>,
    /// Continues this list, however many lines arrive meanwhile; null at its end.
    next_cursor: Option<String>,
}

/// Searches log lines, newest first
///
/// Different parameters must all match; of several values with commas between them, any.
#[utoipa::path(
    get,
    path = "/api/projects/{project}/logs",
    operation_id = "list_logs",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(
        ("project" = String, Path, description = "Slug"),
        ListParams,
        ("level" = Option<String>, Query, example = "ERROR,FATAL"),
        ("device" = Option<String>, Query),
        ("tag" = Option<String>, Query, description = "Lines that carry any of these"),
        ("app" = Option<String>, Query),
        ("env" = Option<String>, Query),
        ("release" = Option<String>, Query),
    ),
    responses((status = 200, body = LogPage), (status = 422, body = ProblemBody<'static>))
)]
async fn list_logs(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Json<LogPage>, Problem> {
    let search = LogSearch::from_params(params)?;
    let page = app.store.warehouse.logs(access.project.id, search, app.clock.now()).await?;
    let items = page.items.into_iter().map(LogView::from).collect();
    Ok(Json(LogPage { items, next_cursor: page.next }))
}

/// The list as a file
#[utoipa::path(
    get,
    path = "/api/projects/{project}/logs/export",
    operation_id = "export_logs",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug"), export::ExportParams),
    responses(
        (status = 200, description = "Streamed, newest first", content_type = "text/csv"),
        (status = 503, body = ProblemBody<'static>, description = "Too many exports at once"),
    )
)]
async fn export_logs(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Response, Problem> {
    let (export, params) = Export::read("logs", params)?;
    let search = LogSearch::from_params(params)?;
    let now = app.clock.now();
    let rows = app.store.warehouse.export_logs(access.project.id, search, now);
    export.send(&app, &COLUMNS, rows).await
}

impl Rows for warehouse::Export<LogSearch> {
    type Row = LogView;

    async fn next(&mut self) -> Result<Option<Vec<LogView>>, QueryError> {
        let rows = self.next_chunk().await?;
        Ok(rows.map(|rows| rows.into_iter().map(LogView::from).collect()))
    }
}

//! Devices of a project, and which of them are there.

use axum::extract::State;
use model::Millis;
use serde::Serialize;
use store::warehouse::{Device, DeviceSearch};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::params::Pairs;
use crate::auth::{ProjectAccess, Read};
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_devices))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "described, never built")]
struct DeviceParams {
    /// Text in the name or the status, letters of either case.
    q: Option<String>,
    state: Option<DeviceState>,
    /// At most 500; 100 by default.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum DeviceState {
    Online,
    Offline,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DevicePage {
    items: Vec<DeviceItem>,
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeviceItem {
    device: String,
    /// Online while it was heard of within `devices.offlineAfterSeconds`, unless the last it said
    /// was `offline`.
    state: DeviceState,
    /// The last it said about itself; null when it only ever sent lines.
    status: Option<String>,
    first_seen: Millis,
    last_seen: Millis,
    status_at: Option<Millis>,
}

impl From<Device> for DeviceItem {
    fn from(device: Device) -> Self {
        DeviceItem {
            device: device.device,
            state: if device.online { DeviceState::Online } else { DeviceState::Offline },
            status: device.status_at.map(|_| device.status),
            first_seen: device.first_seen,
            last_seen: device.last_seen,
            status_at: device.status_at,
        }
    }
}

/// Lists devices by name
#[utoipa::path(
    get,
    path = "/api/projects/{project}/devices",
    operation_id = "list_devices",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug"), DeviceParams),
    responses((status = 200, body = DevicePage), (status = 422, body = ProblemBody<'static>))
)]
async fn list_devices(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Json<DevicePage>, Problem> {
    let search = DeviceSearch::from_params(params)?;
    let silence = access.project.settings.devices.offline_after_seconds;
    let since = app.clock.now() - Millis::from(silence) * 1000;
    let page = app.store.warehouse.devices(access.project.id, search, since).await?;
    let items = page.items.into_iter().map(DeviceItem::from).collect();
    Ok(Json(DevicePage { items, next_cursor: page.next }))
}

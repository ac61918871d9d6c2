//! The doors that telemetry comes in by. Each file turns HTTP into the pipeline's request, and
//! its answer into the shape that one SDK expects; what may come in, the pipeline decides.

mod body;
mod cors;
mod credentials;
mod devices;
mod logs;
mod ping;
mod receive;
mod reply;
mod sdk_config;
mod status;
mod telemetry;
mod websee;

pub use body::BodyBudget;
pub use cors::layer as cors;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(telemetry::batch))
        .routes(routes!(sdk_config::config))
        .routes(routes!(websee::report, websee::image))
        .routes(routes!(websee::report_alias, websee::image_alias))
        .routes(routes!(logs::logs))
        .routes(routes!(devices::heartbeat))
        .routes(routes!(devices::heartbeat_alias))
        .routes(routes!(ping::ping))
}

//! What is live: publishing, and control of who is connected.
//!
//! `/ws/...` are the names that other deployments have for the same.

mod broadcast;
mod connection_view;
mod connections;
mod health;
mod publish;
mod reach;
mod schemas;
mod stats;

pub use health::Places;

use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(publish::publish))
        .routes(routes!(publish::publish_in_project))
        .routes(routes!(connections::list))
        .routes(routes!(connections::get, connections::disconnect))
        .routes(routes!(stats::stats))
        .routes(routes!(health::health))
        .routes(routes!(broadcast::broadcast))
        .routes(routes!(schemas::list))
        .routes(routes!(schemas::get))
        .route("/ws/connections", get(connections::list))
        .route("/ws/connections/{id}", get(connections::get).delete(connections::disconnect))
        .route("/ws/stats", get(stats::stats))
        .route("/ws/health", get(health::health))
        .route("/ws/broadcast", post(broadcast::broadcast))
}

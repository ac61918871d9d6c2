//! `GET /metrics`: how the server is doing, for Prometheus. The names are documented in
//! `docs/operations.md`.

mod access;
mod ingest;
mod process;
mod realtime;
mod store;
mod text;

pub use access::MetricsToken;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::{App, Problem};
use access::Scraper;
use text::Text;

/// Exposition format 0.0.4, which everybody reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub fn routes() -> Router<App> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(_: Scraper, State(app): State<App>) -> Result<Response, Problem> {
    // Some of the figures are behind locks and in files.
    let written = tokio::task::spawn_blocking(move || render(&app)).await;
    let written = written.map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, FORMAT)], written).into_response())
}

fn render(app: &App) -> String {
    let mut text = Text::default();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    text.gauge("signalbox_build_info", "What is running").sample(&version, 1);
    process::write(&mut text, app.started_at);
    realtime::write(&mut text, &app.live);
    ingest::write(&mut text, &app.pipeline.metrics());
    store::write(&mut text, app);
    text.finish()
}

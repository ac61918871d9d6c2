//! The peer of durable ingest: axum in front of one SQLite writer with group commit. It checks
//! what it is sent, refuses ids that it has, keeps two indexes, and answers after the sync.

mod body;
mod target;
mod writer;

use std::net::SocketAddr;
use std::path::Path;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::BenchError;

pub use target::Peer;
use writer::Writer;

/// Runs until the process is ended.
pub async fn serve(dir: &Path, address: SocketAddr) -> Result<(), BenchError> {
    let app = Router::new()
        .route(crate::ingest::PATH, post(ingest))
        .route("/count", get(count))
        .layer(DefaultBodyLimit::max(4 << 20))
        .with_state(Writer::start(dir)?);
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, app).await?)
}

async fn ingest(State(writer): State<Writer>, body: String) -> (StatusCode, Json<Value>) {
    let refused = |status, message: String| (status, Json(json!({ "message": message })));
    let batch: body::Batch = match serde_json::from_str(&body) {
        Ok(batch) => batch,
        Err(error) => return refused(StatusCode::BAD_REQUEST, error.to_string()),
    };
    let rows = match batch.into_rows() {
        Ok(rows) => rows,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, problem.to_owned()),
    };
    match writer.store(rows).await {
        Some(accepted) => (StatusCode::OK, Json(json!({ "ok": true, "accepted": accepted }))),
        None => refused(StatusCode::SERVICE_UNAVAILABLE, "not stored".to_owned()),
    }
}

async fn count(State(writer): State<Writer>) -> Json<Value> {
    Json(json!({ "rows": writer.stored() }))
}

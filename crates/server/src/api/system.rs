//! How the server itself is doing.

use axum::extract::State;
use model::{Millis, Outcome, Pressure};
use serde::Serialize;
use store::StoreStatus;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Operator;
use crate::extract::Json;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(system))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemStatus {
    version: &'static str,
    started_at: Millis,
    uptime_ms: Millis,
    /// What the disk refuses: `none`, `recordings`, `events`, `logs` (each includes the ones
    /// before) or `full`.
    #[schema(value_type = String, example = "none")]
    pressure: Pressure,
    disk: Disk,
    inbox: InboxStatus,
    /// Null while it cannot be asked.
    warehouse: Option<WarehouseStatus>,
    recordings: RecordingsStatus,
    ingest: IngestStatus,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Disk {
    total_bytes: u64,
    free_bytes: u64,
    used_bytes: u64,
}

/// What is acknowledged but not yet in the warehouse.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InboxStatus {
    items: u64,
    bytes: u64,
    /// Age of the oldest.
    oldest_ms: Option<Millis>,
    committed_seq: i64,
    applied_seq: i64,
    /// Items that no version of this program could read.
    set_aside: u64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WarehouseStatus {
    bytes: u64,
    free_bytes: u64,
    events: u64,
    logs: u64,
    recording_segments: u64,
    memory_limit_bytes: u64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecordingsStatus {
    bytes: u64,
    /// 0 is unlimited.
    quota_bytes: u64,
    evicted_bytes: u64,
}

/// Since the start. `received` is the sum of the outcomes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IngestStatus {
    requests: u64,
    received: u64,
    accepted: u64,
    duplicate: u64,
    sampled: u64,
    limited: u64,
    invalid: u64,
    denied: u64,
    dropped: u64,
    /// From the arrival of a request to its acknowledgement on disk.
    ack_p50_ms: Option<f64>,
    ack_p99_ms: Option<f64>,
}

/// Disk, queues and counters
#[utoipa::path(
    get,
    path = "/api/system",
    tag = "system",
    security(("session" = [])),
    responses((status = 200, body = SystemStatus))
)]
async fn system(_: Operator, State(app): State<App>) -> Result<Json<SystemStatus>, Problem> {
    let store = app.store.clone();
    let status = tokio::task::spawn_blocking(move || store.status()).await;
    Ok(Json(view(&app, &status.map_err(Problem::internal)?)))
}

fn view(app: &App, store: &StoreStatus) -> SystemStatus {
    let now = app.clock.now();
    SystemStatus {
        version: env!("CARGO_PKG_VERSION"),
        started_at: app.started_at,
        uptime_ms: now - app.started_at,
        pressure: store.pressure,
        disk: Disk {
            total_bytes: store.disk.total_bytes,
            free_bytes: store.disk.free_bytes,
            used_bytes: store.disk.used_bytes,
        },
        inbox: InboxStatus {
            items: store.inbox.items,
            bytes: store.inbox.bytes,
            oldest_ms: store.inbox.oldest.map(|at| now - at),
            committed_seq: store.inbox.committed_seq,
            applied_seq: store.inbox.applied_seq,
            set_aside: store.set_aside,
        },
        warehouse: store.warehouse.map(|w| WarehouseStatus {
            bytes: w.bytes,
            free_bytes: w.free_bytes,
            events: w.events,
            logs: w.logs,
            recording_segments: w.recording_segments,
            memory_limit_bytes: w.memory_limit_bytes,
        }),
        recordings: RecordingsStatus {
            bytes: store.recordings.bytes,
            quota_bytes: store.recordings.quota_bytes,
            evicted_bytes: store.recordings.evicted_bytes,
        },
        ingest: ingest(app),
    }
}

fn ingest(app: &App) -> IngestStatus {
    let metrics = app.pipeline.metrics();
    let sum = |outcome: Outcome| {
        metrics.reasons.iter().filter(|(r, _)| r.outcome() == outcome).map(|(_, n)| n).sum()
    };
    IngestStatus {
        requests: metrics.requests,
        received: metrics.received,
        accepted: sum(Outcome::Accepted),
        duplicate: sum(Outcome::Duplicate),
        sampled: sum(Outcome::Sampled),
        limited: sum(Outcome::Limited),
        invalid: sum(Outcome::Invalid),
        denied: sum(Outcome::Denied),
        dropped: sum(Outcome::Dropped),
        ack_p50_ms: metrics.ack_p50_ms,
        ack_p99_ms: metrics.ack_p99_ms,
    }
}

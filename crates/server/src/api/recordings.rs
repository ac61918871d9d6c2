//! Screen recordings: their list, and one of them as rrweb events.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use store::query::RecordingSearch;
use store::warehouse::RecordingSummary;
use store::{RecordingError, RecordingRow, Recordings};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::export::stream::{self, Chunks, ReaderGone};
use super::params::{ListParams, Pairs};
use crate::auth::{ProjectAccess, Read};
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;
use crate::{App, Problem};

/// No setting lets a segment become larger than this; a file that claims to be is broken.
const MAX_SEGMENT_BYTES: u64 = 32 << 20;

/// What a player in a browser can still hold.
const MAX_RECORDING_BYTES: u64 = 256 << 20;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_recordings)).routes(routes!(recording))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordingPage {
    #[schema(value_type = Vec<RecordingItem>)]
    items: Vec<RecordingSummary>,
    next_cursor: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes store's own type")]
pub struct RecordingItem {
    recording_id: String,
    session: String,
    user: String,
    url: String,
    first_ts: i64,
    last_ts: i64,
    segments: u64,
    events: u64,
    bytes: u64,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "described, but streamed")]
pub struct RecordingEvents {
    recording_id: String,
    /// rrweb events in the order they were recorded.
    events: Vec<Value>,
    /// Segments that retention or the quota has taken already.
    missing: u32,
    /// The rest is more than a player could hold.
    truncated: bool,
}

/// Lists recordings, newest first
#[utoipa::path(
    get,
    path = "/api/projects/{project}/recordings",
    operation_id = "list_recordings",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(
        ("project" = String, Path, description = "Slug"),
        ListParams,
        ("session" = Option<String>, Query),
        ("user" = Option<String>, Query),
    ),
    responses((status = 200, body = RecordingPage), (status = 422, body = ProblemBody<'static>))
)]
async fn list_recordings(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    Pairs(params): Pairs,
) -> Result<Json<RecordingPage>, Problem> {
    let search = RecordingSearch::from_params(params)?;
    let now = app.clock.now();
    let page = app.store.warehouse.recordings(access.project.id, search, now).await?;
    Ok(Json(RecordingPage { items: page.items, next_cursor: page.next }))
}

/// One recording, ready for a player
#[utoipa::path(
    get,
    path = "/api/projects/{project}/recordings/{recordingId}",
    operation_id = "get_recording",
    tag = "data",
    security(("session" = []), ("secretKey" = [])),
    params(("project" = String, Path, description = "Slug"), ("recordingId" = String, Path)),
    responses((status = 200, body = RecordingEvents), (status = 404, body = ProblemBody<'static>))
)]
async fn recording(
    access: ProjectAccess<Read>,
    State(app): State<App>,
    path: Path<(String, String)>,
) -> Result<Response, Problem> {
    let Path((_, id)) = path;
    let rows = app.store.warehouse.recording_segments(access.project.id, &id).await?;
    if rows.is_empty() {
        return Err(Problem::not_found("recording"));
    }
    let Ok(permit) = app.exports.clone().try_acquire_owned() else {
        return Err(Problem::overloaded("too many exports at once", 5));
    };
    let head = format!("{{\"recordingId\":{},\"events\":[", Value::from(id));
    let (chunks, body) = stream::body();
    let recordings = app.store.recordings.clone();
    tokio::spawn(async move {
        let _permit = permit;
        // A player that went away ends it; there is nobody to tell.
        let _ = write(head, rows, recordings, &chunks).await;
    });
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], body).into_response())
}

async fn write(
    head: String,
    rows: Vec<RecordingRow>,
    recordings: Recordings,
    out: &Chunks,
) -> Result<(), ReaderGone> {
    out.send(head).await?;
    let (mut sent, mut missing, mut truncated, mut first) = (0, 0, false, true);
    for row in rows {
        if sent + row.raw_bytes > MAX_RECORDING_BYTES {
            truncated = true;
            break;
        }
        sent += row.raw_bytes;
        let (recordings, file) = (recordings.clone(), row.file);
        let read = tokio::task::spawn_blocking(move || segment(&recordings, &file)).await;
        let mut events = match read {
            Ok(Ok(events)) => events,
            Ok(Err(RecordingError::Gone)) => {
                missing += 1;
                continue;
            }
            Ok(Err(error)) => {
                out.break_off(error.to_string()).await;
                return Ok(());
            }
            Err(error) => {
                out.break_off(error.to_string()).await;
                return Ok(());
            }
        };
        if events.is_empty() {
            continue;
        }
        if !first {
            events.insert(0, b',');
        }
        first = false;
        out.send(events).await?;
    }
    out.send(format!("],\"missing\":{missing},\"truncated\":{truncated}}}")).await
}

/// The events of a segment, without the brackets around them.
fn segment(recordings: &Recordings, file: &str) -> Result<Vec<u8>, RecordingError> {
    let packed = recordings.read(file, MAX_SEGMENT_BYTES)?;
    let cap = usize::try_from(MAX_SEGMENT_BYTES).unwrap_or(usize::MAX);
    let json = zstd::bulk::decompress(&packed, cap)?;
    let array = json.trim_ascii();
    let inner = array.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    Ok(inner.unwrap_or_default().to_vec())
}

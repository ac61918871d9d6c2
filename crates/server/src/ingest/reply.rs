//! What every ingest endpoint's answer has in common, whatever shape its SDK expects.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipeline::{BatchReply, ItemError, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::status;

/// One item that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemProblem {
    /// Position in the batch.
    pub index: u32,
    /// The ledger's name for it.
    #[schema(example = "unknown_kind")]
    pub code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub message: String,
}

impl From<&ItemError> for ItemProblem {
    fn from(error: &ItemError) -> Self {
        ItemProblem {
            index: error.index,
            code: error.reason.name(),
            field: error.field.clone(),
            message: error.detail.clone(),
        }
    }
}

pub fn problems(reply: &BatchReply) -> Vec<ItemProblem> {
    reply.errors.iter().map(ItemProblem::from).collect()
}

/// Why nothing of a request was taken.
#[derive(Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub field: Option<String>,
    pub retry_after: Option<u32>,
    /// Of the single items, where they were looked at.
    pub errors: Vec<ItemProblem>,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let status = status::of(refusal.reason);
        Failure {
            status,
            code: refusal.reason.name(),
            message: refusal.detail,
            field: refusal.field,
            retry_after: status::retry_after(status, refusal.retry_after_s),
            errors: Vec::new(),
        }
    }
}

impl Failure {
    /// A batch that lost every item fails as a whole.
    pub fn unless_taken(reply: BatchReply) -> Result<BatchReply, Failure> {
        let (status, reason) = status::of_batch(&reply);
        if status.is_success() {
            return Ok(reply);
        }
        let blamed = reply.errors.iter().find(|e| Some(e.reason) == reason);
        Err(Failure {
            status,
            code: reason.map_or("invalid", |r| r.name()),
            message: blamed.map_or_else(|| "no item was accepted".to_owned(), |e| e.detail.clone()),
            field: blamed.and_then(|e| e.field.clone()),
            retry_after: status::retry_after(status, None),
            errors: problems(&reply),
        })
    }
}

/// The answer itself; nobody may keep it for someone else.
pub fn send(status: StatusCode, retry_after: Option<u32>, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest of the body may still be on its way: the connection is of no further use.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

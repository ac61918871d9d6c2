//! Reading a body no further than it is worth.
//!
//! Two ceilings hold at once: one per request, and one over all requests in flight, so that a
//! thousand honest senders cannot fill the memory either. Bytes are reserved as they arrive and
//! not when they are announced: announcing costs a sender nothing.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// A sender that needs longer than this for one body is holding memory, not sending.
const READ_DEADLINE: Duration = Duration::from_secs(15);

/// How far beyond its ceiling a body is read and thrown away, so that its sender gets to see the
/// answer instead of a reset connection.
const DISCARD_BYTES: usize = 8 << 20;
const DISCARD_DEADLINE: Duration = Duration::from_secs(2);

/// Bytes that all bodies in flight may occupy. When it is spent, requests are refused at once:
/// waiting for it would only move the queue into the sockets.
#[derive(Debug, Clone)]
pub struct BodyBudget(Arc<Semaphore>);

impl BodyBudget {
    pub fn new(bytes: usize) -> Self {
        BodyBudget(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    fn reserve(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        Arc::clone(&self.0).try_acquire_many_owned(bytes).ok()
    }
}

/// A body in memory, and its share of the budget for as long as the value lives.
#[derive(Debug)]
pub struct ReadBody {
    pub bytes: Bytes,
    _reserved: Option<OwnedSemaphorePermit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the server is reading too many bodies at once")]
    Overloaded,
    #[error("the body did not arrive in time")]
    TimedOut,
    #[error("the body ended early")]
    Broken,
}

/// Reads at most `max` bytes.
pub async fn read(
    headers: &HeaderMap,
    mut body: Body,
    max: usize,
    budget: &BodyBudget,
) -> Result<ReadBody, BodyError> {
    let announced = content_length(headers);
    // One who asks first has sent nothing yet that could be discarded.
    let patience = if headers.contains_key(header::EXPECT) { 0 } else { DISCARD_BYTES };
    if announced.is_some_and(|n| n > (max + patience) as u64) {
        return Err(BodyError::TooLarge(max));
    }
    let result = match timeout(READ_DEADLINE, collect(&mut body, announced, max, budget)).await {
        Ok(result) => result,
        Err(_) => Err(BodyError::TimedOut),
    };
    if matches!(result, Err(BodyError::TooLarge(_) | BodyError::Overloaded)) {
        // Whether the rest arrives makes no difference to the answer.
        let _ = timeout(DISCARD_DEADLINE, discard(&mut body, max + DISCARD_BYTES)).await;
    }
    result
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(
    body: &mut Body,
    announced: Option<u64>,
    max: usize,
    budget: &BodyBudget,
) -> Result<ReadBody, BodyError> {
    if announced.is_some_and(|n| n > max as u64) {
        return Err(BodyError::TooLarge(max));
    }
    let mut parts: Vec<Bytes> = Vec::new();
    let mut reserved: Option<OwnedSemaphorePermit> = None;
    let mut length = 0;
    while let Some(part) = next(body).await? {
        length += part.len();
        if length > max {
            return Err(BodyError::TooLarge(max));
        }
        let permit = budget.reserve(part.len()).ok_or(BodyError::Overloaded)?;
        match &mut reserved {
            Some(all) => all.merge(permit),
            None => reserved = Some(permit),
        }
        parts.push(part);
    }
    let bytes = match parts.len() {
        // Nearly every beacon fits into one read: no copy.
        0 | 1 => parts.pop().unwrap_or_default(),
        _ => parts.concat().into(),
    };
    Ok(ReadBody { bytes, _reserved: reserved })
}

async fn discard(body: &mut Body, mut left: usize) {
    while let Ok(Some(part)) = next(body).await {
        match left.checked_sub(part.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// The next piece of data; trailers carry nothing for us.
async fn next(body: &mut Body) -> Result<Option<Bytes>, BodyError> {
    loop {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
            None => return Ok(None),
            Some(Err(_)) => return Err(BodyError::Broken),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_now(
        headers: &HeaderMap,
        body: Body,
        max: usize,
        budget: &BodyBudget,
    ) -> Result<ReadBody, BodyError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(read(headers, body, max, budget))
    }

    #[test]
    fn a_body_is_read_up_to_its_ceiling_and_not_beyond() {
        let budget = BodyBudget::new(1 << 20);
        let none = HeaderMap::new();
        let read = read_now(&none, Body::from(vec![b'x'; 100]), 100, &budget).unwrap();
        assert_eq!(read.bytes.len(), 100);
        let error = read_now(&none, Body::from(vec![b'x'; 101]), 100, &budget).unwrap_err();
        assert_eq!(error, BodyError::TooLarge(100));
    }

    #[test]
    fn an_announced_length_is_believed_only_against_its_sender() {
        let budget = BodyBudget::new(1 << 20);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, "1000".parse().unwrap());
        let error = read_now(&headers, Body::from("x"), 100, &budget).unwrap_err();
        assert_eq!(error, BodyError::TooLarge(100));
        headers.insert(header::CONTENT_LENGTH, "1".parse().unwrap());
        let error = read_now(&headers, Body::from(vec![b'x'; 101]), 100, &budget).unwrap_err();
        assert_eq!(error, BodyError::TooLarge(100));
    }

    #[test]
    fn the_budget_is_shared_and_given_back() {
        let budget = BodyBudget::new(150);
        let none = HeaderMap::new();
        let first = read_now(&none, Body::from(vec![b'x'; 100]), 1000, &budget).unwrap();
        let error = read_now(&none, Body::from(vec![b'x'; 100]), 1000, &budget).unwrap_err();
        assert_eq!(error, BodyError::Overloaded);
        drop(first);
        read_now(&none, Body::from(vec![b'x'; 150]), 1000, &budget).unwrap();
    }
}

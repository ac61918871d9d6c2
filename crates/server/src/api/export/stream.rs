//! A response body that is written while it is read: memory holds two chunks, whatever the
//! length of the export, because the writer waits until the reader took one.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Chunks between writer and reader; the writer waits when they are full.
const CHUNKS: usize = 2;

/// A reader that takes nothing for this long has gone, whatever its socket says.
const STALLED: Duration = Duration::from_secs(60);

/// The body broke off: the connection is cut, so that a client cannot take half for the whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the export broke off: {0}")]
pub struct BrokeOff(pub String);

/// The reader went away or stalled: whoever writes should stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderGone;

pub struct Chunks(mpsc::Sender<Result<Bytes, BrokeOff>>);

impl Chunks {
    pub async fn send(&self, chunk: impl Into<Bytes>) -> Result<(), ReaderGone> {
        self.push(Ok(chunk.into())).await
    }

    pub async fn break_off(&self, why: impl Into<String>) {
        // A reader that has gone needs no reason.
        let _ = self.push(Err(BrokeOff(why.into()))).await;
    }

    async fn push(&self, chunk: Result<Bytes, BrokeOff>) -> Result<(), ReaderGone> {
        match timeout(STALLED, self.0.send(chunk)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(ReaderGone),
        }
    }
}

struct Streamed(mpsc::Receiver<Result<Bytes, BrokeOff>>);

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = BrokeOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|result| result.map(Frame::data)))
    }
}

/// Both ends of a streamed body.
pub fn body() -> (Chunks, Body) {
    let (sender, receiver) = mpsc::channel(CHUNKS);
    (Chunks(sender), Body::new(Streamed(receiver)))
}

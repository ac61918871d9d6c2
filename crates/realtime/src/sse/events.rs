use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};

use crate::hub::{Link, Subscriber};

/// The body of an answer that goes on for as long as the client listens. Dropped with it, it
/// leaves every room.
pub struct Events {
    link: Arc<Link>,
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    _subscriber: Subscriber,
    /// Whatever has to last as long as the connection.
    _held: Box<dyn Send + Sync>,
}

/// Bytes for one write.
const CHUNK: usize = 64 << 10;

impl Events {
    pub fn new(subscriber: Subscriber, held: impl Send + Sync + 'static) -> Self {
        let link = Arc::clone(subscriber.link());
        Events { link, waiting: None, _subscriber: subscriber, _held: Box::new(held) }
    }

    /// `None`: the server has ended it.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            let parts = self.link.take(CHUNK);
            if !parts.is_empty() {
                let mut chunk = BytesMut::new();
                parts.iter().for_each(|part| chunk.extend_from_slice(part));
                return Poll::Ready(Some(chunk.freeze()));
            }
            if self.link.is_gone() || self.link.ending().is_some() {
                return Poll::Ready(None);
            }
            let link = Arc::clone(&self.link);
            let waiting =
                self.waiting.get_or_insert_with(|| Box::pin(async move { link.attention().await }));
            match waiting.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => self.waiting = None,
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.link.gone();
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

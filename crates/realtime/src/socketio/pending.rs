use std::collections::HashMap;

use tokio::sync::oneshot;

use super::packet::{Args, EncodeError};

/// Answers that a client owes.
#[derive(Debug, Default)]
pub(super) struct PendingAcks {
    next: u64,
    waiting: HashMap<u64, oneshot::Sender<Args>>,
}

#[derive(Debug, thiserror::Error)]
pub enum AckError {
    #[error(transparent)]
    Encode(EncodeError),
    #[error("the client did not answer in time")]
    Timeout,
    #[error("the client is gone")]
    Disconnected,
    #[error("the client owes too many answers")]
    TooMany,
}

impl PendingAcks {
    /// `None`: too many are waiting.
    pub fn expect(&mut self, most: usize) -> Option<(u64, oneshot::Receiver<Args>)> {
        if self.waiting.len() >= most {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        let id = self.next;
        self.next += 1;
        self.waiting.insert(id, sender);
        Some((id, receiver))
    }

    /// An answer that nobody waits for is nothing to worry about: it came too late.
    pub fn answered(&mut self, id: u64, args: Args) {
        if let Some(sender) = self.waiting.remove(&id) {
            drop(sender.send(args));
        }
    }

    pub fn forget(&mut self, id: u64) {
        self.waiting.remove(&id);
    }

    pub fn clear(&mut self) {
        self.waiting = HashMap::new();
    }
}

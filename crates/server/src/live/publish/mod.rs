//! What is published from outside: by back ends with a key, and by operators. The words are
//! specified in `docs/protocol/publish.md`.
//!
//! A message gets its words (`names`, `content`), its audience (`audience`) and the way in which
//! it is delivered (`manner`), and goes to the hub once, however often it is sent (`seen`).

mod audience;
mod content;
mod counters;
mod manner;
mod message;
mod names;
mod options;
mod prepare;
mod problems;
mod receipt;
mod seen;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use model::Project;
use realtime::hub::{Overloaded, Publication};
use realtime::limits::Buckets;
use realtime::native::json::Kind;
use store::control::FieldProblem;

pub use counters::{Counters, PublishedTotals};
pub use message::{Message, Urgency};
pub use options::PublishOptions;
pub use prepare::Unaddressed;
pub use receipt::{ItemProblem, Receipt, Stopped};

use super::Live;
use seen::{Key, Once, Seen};

/// Callers whose rate is remembered; the least recently seen is forgotten first.
const CALLERS: usize = 10_000;

/// What lasts from one request to the next.
pub struct Publishing {
    rates: Buckets<String>,
    seen: Mutex<Seen>,
    pub counters: Counters,
}

/// What came in one request.
pub struct Batch<'a> {
    pub project: &'a Project,
    /// Whose rate it counts for: the name of an actor.
    pub by: &'a str,
    /// `Idempotency-Key`, for the events that have no id of their own.
    pub key: Option<&'a str>,
    /// As far as they could be read.
    pub messages: Vec<Result<Message, Vec<FieldProblem>>>,
}

enum NotPublished {
    Invalid(Vec<FieldProblem>),
    Stopped(Stopped),
}

impl From<Overloaded> for NotPublished {
    fn from(_: Overloaded) -> Self {
        NotPublished::Stopped(Stopped::Overloaded)
    }
}

impl Publishing {
    pub fn new(options: &PublishOptions) -> Self {
        Publishing {
            rates: Buckets::new(options.rate, CALLERS),
            seen: Mutex::new(Seen::new(options.remembered)),
            counters: Counters::default(),
        }
    }
}

impl Live {
    /// One after the other, until there is no room for the next.
    pub fn publish(&self, batch: &Batch<'_>) -> Receipt {
        let mut receipt = Receipt::default();
        for (index, message) in batch.messages.iter().enumerate() {
            match self.publish_one(batch, index, message) {
                Ok(Once::Now) => receipt.accepted += 1,
                Ok(Once::Before) => receipt.duplicates += 1,
                Err(NotPublished::Invalid(problems)) => receipt.refuse(index, problems),
                Err(NotPublished::Stopped(why)) => {
                    receipt.stopped = Some(why);
                    break;
                }
            }
        }
        self.publishing.counters.count(&receipt);
        receipt
    }

    /// By an operator: to everybody unless the message says to whom, or to whoever subscribed to
    /// `kinds` of the JSON protocol.
    pub fn broadcast(
        &self,
        project: &Project,
        message: &Message,
        kinds: &[(Kind, &str)],
    ) -> Result<Receipt, Vec<FieldProblem>> {
        let prepared = self.prepare(project, message, Unaddressed::Everybody)?;
        let all = if kinds.is_empty() { prepared } else { prepare::of_kinds(&prepared, kinds) };
        let mut receipt = Receipt::default();
        match self.hand_over(all) {
            Ok(()) => receipt.accepted = 1,
            Err(Overloaded) => receipt.stopped = Some(Stopped::Overloaded),
        }
        self.publishing.counters.count(&receipt);
        Ok(receipt)
    }

    fn publish_one(
        &self,
        batch: &Batch<'_>,
        index: usize,
        message: &Result<Message, Vec<FieldProblem>>,
    ) -> Result<Once, NotPublished> {
        let now = self.clock.now();
        let waits = |ms| NotPublished::Stopped(Stopped::rate_limited(ms));
        self.publishing.rates.take(&batch.by.to_owned(), now).map_err(waits)?;
        let message = message.as_ref().map_err(|p| NotPublished::Invalid(p.clone()))?;
        let prepared = self.prepare(batch.project, message, Unaddressed::Refused);
        let prepared = prepared.map_err(NotPublished::Invalid)?;
        let Some(key) = Key::of(batch, index, message) else {
            self.hand_over(prepared)?;
            return Ok(Once::Now);
        };
        // Held while it is published, so that a repetition that comes meanwhile waits for the
        // outcome.
        let mut seen = self.publishing.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(seen.once(key, now, || self.hand_over(prepared))?)
    }

    /// If there is no room for the second of two, the first may go out twice: its id tells.
    fn hand_over(&self, prepared: Vec<Publication>) -> Result<(), Overloaded> {
        prepared.into_iter().try_for_each(|publication| self.hub.publish(publication))
    }
}

//! From normalised items to an acknowledgement: everything refused is counted, everything kept is
//! on disk before anyone is told so.

use model::{ProjectId, Reason, Signal, Source, Stored};
use store::{Inbox, Item, Submission, SubmitError};

use crate::decode::fields::Problem;
use crate::metrics::Meter;
use crate::normalise::id::{self, Digest};
use crate::scene::Scene;
use crate::{BatchReply, ItemError, Refusal};

/// What became of an item before the store saw it.
#[derive(Debug)]
pub(crate) enum Fate {
    Keep { item: Item, id: String },
    Sampled,
}

/// Encodes an item, unless the disk is too full for its kind.
pub(crate) fn pack(
    scene: &Scene<'_>,
    stored: &Stored,
    signal: Signal,
    event_id: String,
    digest: Digest,
) -> Result<Fate, Problem> {
    if scene.pressure.refuses(signal) {
        return Err(Problem::new(Reason::DiskPressure, "the disk is too full for this kind"));
    }
    let key = id::dedupe(scene.project_id(), &event_id, digest);
    let item = Item { key, signal, payload: store::encode(stored) };
    Ok(Fate::Keep { item, id: event_id })
}

/// All items of one request, each with its fate.
#[derive(Debug)]
pub(crate) struct Batch {
    pub project: ProjectId,
    pub source: Source,
    pub items: Vec<Item>,
    pub ids: Vec<String>,
    /// At most one entry per reason.
    pub refused: Vec<(Reason, u32)>,
    pub errors: Vec<ItemError>,
    /// The request was one item, not a list of one: its problem is the request's.
    pub single: bool,
    /// The project's quota; 0 is none.
    pub per_day: u64,
    pub retry_after_s: Option<u32>,
}

impl Batch {
    pub fn new(project: ProjectId, source: Source, single: bool) -> Self {
        let (items, ids, refused, errors) = Default::default();
        Batch {
            project,
            source,
            items,
            ids,
            refused,
            errors,
            single,
            per_day: 0,
            retry_after_s: None,
        }
    }

    pub fn put(&mut self, index: usize, fate: Result<Fate, Problem>) {
        match fate {
            Ok(Fate::Keep { item, id }) => {
                self.items.push(item);
                self.ids.push(id);
            }
            Ok(Fate::Sampled) => self.count(Reason::SampleRate, 1),
            Err(problem) => {
                self.count(problem.reason, 1);
                self.error(index, &problem);
            }
        }
    }

    pub fn count(&mut self, reason: Reason, n: u32) {
        match self.refused.iter_mut().find(|(r, _)| *r == reason) {
            Some((_, count)) => *count += n,
            None => self.refused.push((reason, n)),
        }
    }

    pub fn error(&mut self, index: usize, problem: &Problem) {
        if self.errors.len() < BatchReply::MAX_ERRORS {
            self.errors.push(ItemError {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                reason: problem.reason,
                field: problem.field.as_ref().map(|f| f.to_string()),
                detail: problem.detail.to_owned(),
            });
        }
    }

    /// The refusal of the whole request, where its items leave nothing else to say.
    fn refusal(&self) -> Option<Refusal> {
        if !self.items.is_empty() {
            return None;
        }
        let &[(reason, _)] = self.refused.as_slice() else { return None };
        let error = self.errors.first()?;
        let whole = Refusal {
            reason,
            field: error.field.clone(),
            detail: error.detail.clone(),
            retry_after_s: self.retry_after_s,
        };
        match reason {
            Reason::DiskPressure => Some(whole.retry_after(DISK_RETRY_S)),
            Reason::Quota => Some(whole),
            Reason::Consent | Reason::SampleRate => None,
            _ => self.single.then_some(whole),
        }
    }
}

/// A full disk does not empty at once.
const DISK_RETRY_S: u32 = 60;
const STORE_RETRY_S: u32 = 5;

pub(crate) async fn deliver(
    inbox: &Inbox,
    meter: &Meter,
    batch: Batch,
) -> Result<BatchReply, Refusal> {
    let refusal = batch.refusal();
    let Batch { project, source, items, ids, refused, errors, .. } = batch;
    let mut reply = BatchReply { errors, ids, ..BatchReply::default() };
    for &(reason, count) in &refused {
        meter.count(reason, count);
        *match reason {
            Reason::SampleRate => &mut reply.sampled,
            _ => &mut reply.rejected,
        } += count;
    }
    if items.is_empty() {
        for (reason, count) in refused {
            inbox.refuse(project, source, reason, count);
        }
        return refusal.map_or(Ok(reply), Err);
    }
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    let submission = Submission { project, source, items, refused };
    let receipt = inbox.submit(submission).await.map_err(|error| {
        let refusal = dropped(error);
        meter.count(refusal.reason, count);
        refusal
    })?;
    for reason in receipt.reasons {
        meter.count(reason, 1);
        *match reason {
            Reason::Stored => &mut reply.accepted,
            _ => &mut reply.duplicates,
        } += 1;
    }
    Ok(reply)
}

fn dropped(error: SubmitError) -> Refusal {
    match error {
        SubmitError::Full { retry_after_s } => {
            Refusal::new(Reason::QueueFull, "the write queue is full").retry_after(retry_after_s)
        }
        SubmitError::Failed => Refusal::new(Reason::StoreError, "the store could not commit")
            .retry_after(STORE_RETRY_S),
        SubmitError::Closed => {
            Refusal::new(Reason::Shutdown, "the server is shutting down").retry_after(STORE_RETRY_S)
        }
    }
}

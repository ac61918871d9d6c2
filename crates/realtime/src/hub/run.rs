//! What one connection gets in one go. Connections that get the same share the same bytes.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::event::{Event, Merge};
use super::outbox::{Fate, Part};
use super::wire::{Dialect, Wire, merged};

#[derive(Debug)]
pub(super) struct Run {
    pub whole: Bytes,
    pub parts: Vec<Part>,
}

/// The runs of one batch.
#[derive(Debug, Default)]
pub(super) struct Runs {
    last: Option<(Wire, Vec<u32>, Arc<Run>)>,
    made: HashMap<(Wire, Vec<u32>), Arc<Run>>,
}

/// More in one message would only make it slow to read.
const MERGED: usize = 100;

impl Runs {
    /// `event`: what an index stands for.
    pub fn get<'a>(
        &mut self,
        wire: Wire,
        list: &[u32],
        event: impl Fn(u32) -> Option<&'a Arc<Event>>,
    ) -> Arc<Run> {
        if let Some((same, indices, run)) = &self.last
            && *same == wire
            && indices == list
        {
            return Arc::clone(run);
        }
        let key = (wire, list.to_vec());
        let run = self.made.entry(key).or_insert_with(|| {
            let events: Vec<&Arc<Event>> = list.iter().filter_map(|index| event(*index)).collect();
            Arc::new(build(wire, &events))
        });
        let run = Arc::clone(run);
        self.last = Some((wire, list.to_vec(), Arc::clone(&run)));
        run
    }
}

fn build(wire: Wire, events: &[&Arc<Event>]) -> Run {
    let mut parts = Vec::with_capacity(events.len());
    for group in events.chunk_by(|one, next| merges(wire.dialect, one, next)) {
        for group in group.chunks(MERGED) {
            match group {
                [event] => parts.push(part(event, wire)),
                several => {
                    parts.push(Part { frames: merged(several, wire), fate: Fate::May, key: None })
                }
            }
        }
    }
    let whole = match &parts[..] {
        [one] => one.frames.clone(),
        many => {
            let size = many.iter().map(|part| part.frames.len()).sum();
            let mut whole = BytesMut::with_capacity(size);
            many.iter().for_each(|part| whole.extend_from_slice(&part.frames));
            whole.freeze()
        }
    };
    Run { whole, parts }
}

/// Whether two neighbours become one message. Reliable events never do.
fn merges(dialect: Dialect, one: &Event, next: &Event) -> bool {
    if one.reliable() || next.reliable() {
        return false;
    }
    match (&one.publication.merge, &next.publication.merge) {
        (Merge::Never, _) | (_, Merge::Never) => false,
        (one_as, next_as) if dialect == Dialect::Json => {
            one_as == next_as && one.publication.body.kind == next.publication.body.kind
        }
        (Merge::Named(one), Merge::Named(next)) => one == next && dialect != Dialect::Sse,
        _ => false,
    }
}

fn part(event: &Event, wire: Wire) -> Part {
    let key = event.publication.key.clone();
    Part { frames: event.frames(wire).clone(), fate: event.fate(), key }
}

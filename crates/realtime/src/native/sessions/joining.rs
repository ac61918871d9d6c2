//! Into rooms, with the answer and the past before anything new.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use model::Millis;

use super::asking::Ask;
use super::chapter::Chapter;
use super::member::Member;
use super::session::Session;
use super::subscriptions::stream_room;
use super::voice::Voice;
use crate::hub::wire::Wire;
use crate::hub::{Event, Granted, Terms, Wish};
use crate::native::json::{Kind, Kinds, ServerMessage, Source, Subscription};
use crate::native::{Protocol, simple};

/// Bytes of the past that one answer brings along. What does not fit is a gap: the client has to
/// be able to take it, and everybody else waits while it is written.
pub(super) const BUDGET: usize = 256 << 10;
/// Events of the past, for the same reasons.
const REPLAYED: usize = 1000;

/// A room that is asked for, and what it is for the client.
struct Target {
    source: Source,
    wish: Wish,
    /// The client named a position, and it was one of this life of the hub or not.
    position: Option<bool>,
}

impl Member {
    /// What was asked for has been checked.
    pub fn subscribe(
        &mut self,
        session: &Session,
        voice: Voice,
        now: Millis,
        ask: &Ask<'_>,
        request_id: Option<&str>,
    ) {
        if ask.replace {
            self.leave_all_but(ask);
        }
        let targets = self.targets(session, ask);
        self.subscriptions.types = self.subscriptions.types | ask.types;
        ask.channels.iter().for_each(|name| self.subscriptions.add_channel(name));
        let epoch = session.door.premises.hub.epoch();
        let wire = Wire { dialect: voice.dialect(), deflate: voice.deflate };
        // Everybody waits while this is written: not for a compressor as well.
        let voice = Voice { deflate: false, ..voice };
        let answer = Answer { voice, wire, now, epoch, member: self, ask, request_id };
        let history = session.door.options.history;
        let wishes: Vec<_> = targets.iter().map(|target| target.wish.clone()).collect();
        let offset = self.subscriber.join_all(&wishes, |offset, granted| {
            Some(answer.write(offset, &targets, granted, history))
        });
        for Wish { room, terms, .. } in wishes {
            self.subscriptions.enter(room, offset, terms.filter);
        }
        self.publish_subscriptions();
    }

    fn leave_all_but(&mut self, ask: &Ask<'_>) {
        let types = self.subscriptions.types.without(ask.types);
        let channels = self.subscriptions.channels.iter();
        let channels: Vec<_> = channels.filter(|n| !ask.channels.contains(n)).cloned().collect();
        self.unsubscribe(types, &channels);
    }

    fn targets(&self, session: &Session, ask: &Ask<'_>) -> Vec<Target> {
        let epoch = session.door.premises.hub.epoch();
        let here = ask.since.map(|position| position.epoch == **epoch);
        let after = ask.since.filter(|_| here == Some(true)).map(|position| position.offset);
        // One more than is shown tells whether there are more.
        let past = session.door.options.history + 1;
        let types = ask.types.iter().map(|kind| {
            let fresh = !self.subscriptions.types.contains(kind);
            let shows = past > 1 && kind != Kind::Config && ask.history && fresh;
            let last = if shows || here.is_some() { past } else { 0 };
            let filter = ask.filter.clone().filter(|_| kind == Kind::Health);
            let terms = Terms { filter, throttle: ask.throttle };
            let wish = Wish { room: stream_room(kind).into(), terms, after, last };
            Target { source: Source::Type(kind), wish, position: here }
        });
        let mut targets: Vec<_> = types.collect();
        for name in ask.channels {
            if targets.iter().any(|target| *target.wish.room == **name) {
                continue;
            }
            let terms = Terms { filter: None, throttle: ask.throttle };
            let last = if here.is_some() { past } else { 0 };
            let wish = Wish { room: name.as_str().into(), terms, after, last };
            targets.push(Target { source: Source::Channel(name.clone()), wish, position: here });
        }
        targets
    }
}

struct Answer<'a> {
    voice: Voice,
    /// Of the events, which are shared.
    wire: Wire,
    now: Millis,
    epoch: &'a str,
    member: &'a Member,
    ask: &'a Ask<'a>,
    request_id: Option<&'a str>,
}

impl Answer<'_> {
    fn write(&self, offset: u64, targets: &[Target], granted: &[Granted], history: usize) -> Bytes {
        let wire = self.wire;
        let mut budget = BUDGET;
        let mut replays: Vec<&Arc<Event>> = Vec::new();
        let mut chapters = BytesMut::new();
        let mut gaps = Vec::new();
        for (target, granted) in targets.iter().zip(granted) {
            let complete = target.position == Some(true) && !granted.gap;
            if complete && fits(&granted.earlier, wire, &mut budget, replays.len()) {
                replays.extend(&granted.earlier);
                continue;
            }
            let gap = target.position.is_some();
            if gap {
                gaps.push(target.wish.room.to_string());
            }
            if (gap || target.wish.last > 0) && self.voice.protocol == Protocol::Json {
                let chapter = Chapter {
                    source: &target.source,
                    events: &granted.earlier,
                    limit: history.max(1),
                    more: false,
                    forward: false,
                    gap,
                    request_id: None,
                };
                chapters.extend_from_slice(&chapter.write(self.voice, self.now, &mut budget));
            }
        }
        replays.sort_by_key(|event| event.offset);
        replays.dedup_by_key(|event| event.offset);
        let mut all = BytesMut::from(&self.subscribed(offset, &gaps)[..]);
        all.extend_from_slice(&chapters);
        replays.iter().for_each(|event| all.extend_from_slice(event.frames(wire)));
        all.freeze()
    }

    fn subscribed(&self, offset: u64, gaps: &[String]) -> Bytes {
        let (offset, epoch) = (Some(offset), Some(self.epoch));
        match self.voice.protocol {
            Protocol::Simple => {
                let channels = self.ask.channels;
                let message = simple::ServerMessage::Subscribed { channels, gaps, offset, epoch };
                self.voice.simple(self.now, self.request_id, &message)
            }
            Protocol::Json => {
                let subscriptions = &self.member.subscriptions;
                let (types, channels): (Kinds, _) = (subscriptions.types, &subscriptions.channels);
                let request_id = self.request_id;
                let all = Subscription { types, channels, offset, epoch, request_id };
                self.voice.json(self.now, &ServerMessage::Subscribed(all))
            }
        }
    }
}

fn fits(events: &[Arc<Event>], wire: Wire, budget: &mut usize, others: usize) -> bool {
    if others + events.len() > REPLAYED {
        return false;
    }
    let size: usize = events.iter().map(|event| event.frames(wire).len()).sum();
    let left = budget.checked_sub(size);
    *budget = left.unwrap_or(*budget);
    left.is_some()
}

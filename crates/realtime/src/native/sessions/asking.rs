//! What a client may subscribe to, and what it loses with its rights.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::Millis;
use model::identity::{Permission, RoomRefusal};

use super::member::Member;
use super::subscriptions::{Subscriptions, stream_room};
use super::voice::Voice;
use crate::gate::Admitted;
use crate::hub::filter::Filter;
use crate::hub::{Past, Terms};
use crate::native::json::{Kind, Kinds, ServerMessage, Source, Subscription};
use crate::native::{ErrorCode, Position, Problem, Protocol, Refusal, simple};

/// A wish to be subscribed, in either protocol.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub types: Kinds,
    pub channels: &'a [String],
    pub throttle: Option<Duration>,
    /// Of health events.
    pub filter: Option<Arc<Filter>>,
    /// Nothing else stays subscribed.
    pub replace: bool,
    pub history: bool,
    pub since: Option<&'a Position>,
}

/// What is no longer subscribed to.
#[derive(Debug, Default)]
pub(super) struct Lost {
    pub types: Kinds,
    pub channels: Vec<String>,
}

/// Refused as a whole, with everything that is wrong with it.
pub(super) fn check(
    ask: &Ask<'_>,
    admitted: &Admitted,
    subscriptions: &Subscriptions,
    most: usize,
) -> Result<(), Refusal> {
    let types = ask.types.iter().filter(|kind| !may_read(admitted, *kind));
    let mut refused: Vec<_> = types.map(Refused::kind).collect();
    for (at, channel) in ask.channels.iter().enumerate() {
        if let Err(why) = admitted.may_join(channel) {
            refused.push(Refused::channel(format!("channels[{at}]"), channel, why));
        }
    }
    if !refused.is_empty() {
        return Err(not_allowed(refused));
    }
    let kept = if ask.replace { 0 } else { subscriptions.channels.len() };
    let new = ask.channels.iter().filter(|name| ask.replace || !subscriptions.has_channel(name));
    if kept + new.count() > most {
        let problem = Problem::new("channels", format!("must be at most {most} in all"));
        return Err(Refusal::invalid(vec![problem]));
    }
    Ok(())
}

fn may_read(admitted: &Admitted, kind: Kind) -> bool {
    match kind {
        // Flags and remote configuration are made for whoever is here.
        Kind::Config => true,
        _ => admitted.identity.may(Permission::ReadStatus),
    }
}

struct Refused {
    field: String,
    name: String,
    /// `None`: a permission is missing.
    why: Option<RoomRefusal>,
}

impl Refused {
    fn kind(kind: Kind) -> Self {
        let name = stream_room(kind).trim_start_matches("sb:").to_owned();
        Refused { field: "types".to_owned(), name, why: None }
    }

    fn channel(field: String, name: &str, why: RoomRefusal) -> Self {
        Refused { field, name: name.to_owned(), why: Some(why) }
    }
}

/// `Forbidden` is what no token could change.
fn not_allowed(refused: Vec<Refused>) -> Refusal {
    let any = |which| refused.iter().any(|refused| refused.why == Some(which));
    let code = if any(RoomRefusal::Malformed) {
        ErrorCode::InvalidMessage
    } else if any(RoomRefusal::Reserved) {
        ErrorCode::Forbidden
    } else {
        ErrorCode::Unauthorized
    };
    let names: Vec<_> = refused.iter().map(|refused| &*refused.name).collect();
    let message = format!("Not allowed: {}", names.join(", "));
    let problems = refused.into_iter().map(|Refused { field, name, why }| match why {
        Some(why) => Problem::new(field, why.to_string()),
        None => Problem::new(field, format!("{name} needs the permission status:read")),
    });
    Refusal { problems: problems.collect(), ..Refusal::new(code, message) }
}

/// A source that somebody wants to read the past of.
pub(super) fn check_source(admitted: &Admitted, source: &Source) -> Result<(), Refusal> {
    let refused = match source {
        Source::Type(kind) if may_read(admitted, *kind) => return Ok(()),
        Source::Type(kind) => Refused { field: "type".to_owned(), ..Refused::kind(*kind) },
        Source::Channel(name) => match admitted.may_join(name) {
            Ok(()) => return Ok(()),
            Err(why) => Refused::channel("channel".to_owned(), name, why),
        },
    };
    Err(not_allowed(vec![refused]))
}

impl Lost {
    pub fn is_empty(&self) -> bool {
        self.types.is_empty() && self.channels.is_empty()
    }

    pub fn unsubscribed(&self, voice: Voice, now: Millis, request_id: Option<&str>) -> Bytes {
        let channels = &self.channels[..];
        match voice.protocol {
            Protocol::Json => {
                let types = self.types;
                let lost = Subscription { types, channels, request_id, ..Subscription::default() };
                voice.json(now, &ServerMessage::Unsubscribed(lost))
            }
            Protocol::Simple => {
                let message = simple::ServerMessage::Unsubscribed { channels };
                voice.simple(now, request_id, &message)
            }
        }
    }
}

impl Member {
    /// Out of those of these that it is in.
    pub fn unsubscribe(&mut self, types: Kinds, channels: &[String]) -> Lost {
        let mut lost = Lost { types: types & self.subscriptions.types, channels: Vec::new() };
        for kind in lost.types.iter() {
            self.leave_room(stream_room(kind));
        }
        self.subscriptions.types = self.subscriptions.types.without(lost.types);
        for name in channels {
            if self.subscriptions.has_channel(name) {
                self.subscriptions.channels.retain(|channel| channel != name);
                self.leave_room(name);
                lost.channels.push(name.clone());
            }
        }
        lost
    }

    /// Its own rooms it never leaves.
    fn leave_room(&mut self, room: &str) {
        if self.subscriptions.owns(room) {
            self.subscriber.retune(room, &Terms::default());
        } else {
            self.subscriber.leave(room);
            self.subscriptions.leave(room);
        }
    }

    /// The rooms of its user and roles, after these may have changed.
    pub fn move_own_rooms(&mut self) {
        let now: Vec<Arc<str>> = self.admitted.identity.own_rooms().map(Into::into).collect();
        let before = self.subscriptions.own().to_vec();
        self.subscriptions.set_own(now.clone());
        for room in before.iter().filter(|room| !now.contains(room)) {
            if !self.subscriptions.has_channel(room) {
                self.leave_room(room);
            }
        }
        for room in now.iter().filter(|room| !before.contains(room)) {
            if self.subscriptions.has_channel(room) {
                continue;
            }
            let joined = self.subscriber.join(room, Terms::default(), Past::Nothing, |_| None);
            self.subscriptions.enter(Arc::clone(room), joined.offset, None);
        }
    }

    pub fn give_up_what_is_no_longer_allowed(&mut self) -> Option<Lost> {
        let kinds = self.subscriptions.types.iter();
        let types = kinds
            .filter(|kind| !may_read(&self.admitted, *kind))
            .fold(Kinds::NONE, |all, kind| all | kind.into());
        let channels = self.subscriptions.channels.iter();
        let channels: Vec<_> =
            channels.filter(|name| self.admitted.may_join(name).is_err()).cloned().collect();
        let lost = self.unsubscribe(types, &channels);
        (!lost.is_empty()).then_some(lost)
    }
}

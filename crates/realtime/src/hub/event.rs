//! An event: published once, encoded once for each way in which it is spoken.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use model::{Level, Millis};
use uuid::Uuid;

use super::audience::Audience;
use super::filter::{Filter, Severity};
use super::history::Keep;
use super::lanes::{Class, Priority};
use super::outbox::Fate;
use super::scope::Scope;
use super::wire::{Wire, encode};
use crate::native::json::Kind;

/// What a publisher says. [`Publication::new`] fills in the usual.
#[derive(Debug, Clone)]
pub struct Publication {
    pub scope: Arc<Scope>,
    pub audience: Audience,
    pub body: Body,
    pub priority: Priority,
    pub class: Class,
    /// How much of it each of its rooms remembers. `None`: it cannot be replayed.
    pub keep: Option<Keep>,
    /// A later event with the same key makes this one superfluous, should it still be waiting.
    pub key: Option<Arc<str>>,
    /// Not worth queueing: whoever cannot take it at once goes without.
    pub volatile: bool,
    pub facts: Option<Arc<Facts>>,
    /// How neighbours of the same kind become one message.
    pub merge: Merge,
    /// Under load it may wait for others of its stream, this long at most.
    pub window: Option<Window>,
    /// Replaces the id that the hub would make up.
    pub id: Option<Uuid>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Merge {
    #[default]
    Never,
    /// The JSON protocol's `batch_update`; others get them one by one.
    Streams,
    /// One event of this name with a list of what the single ones carry; `batch_update` in JSON.
    Named(Arc<str>),
}

/// The first message of a quiet stream goes at once; those that follow gather.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub stream: Arc<str>,
    pub wait: Duration,
    /// This many do not wait any longer.
    pub count: usize,
}

impl Publication {
    pub fn new(scope: Arc<Scope>, audience: Audience, body: Body) -> Self {
        Publication {
            scope,
            audience,
            body,
            priority: Priority::Normal,
            class: Class::BestEffort,
            keep: None,
            key: None,
            volatile: false,
            facts: None,
            merge: Merge::Never,
            window: None,
            id: None,
        }
    }
}

/// Name and arguments, serialised already.
#[derive(Debug, Clone)]
pub struct Body {
    pub name: Arc<str>,
    /// What follows the name in Socket.IO's array: JSON texts joined by commas, or nothing.
    pub args: Arc<str>,
    pub arity: usize,
    /// Bytes that placeholders in `args` stand for. Only Socket.IO can carry them.
    pub attachments: Arc<[Bytes]>,
    /// `type` in the JSON protocol.
    pub kind: Kind,
}

/// What filters look at.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    Log { device: String, level: Level, tags: Vec<String>, text: String },
    Health { severity: Severity, component: String },
}

impl Facts {
    pub(super) fn view(&self) -> super::filter::Facts<'_> {
        match self {
            Facts::Log { device, level, tags, text } => {
                super::filter::Facts::log(device, *level, tags, text)
            }
            Facts::Health { severity, component } => {
                super::filter::Facts::health(*severity, component)
            }
        }
    }
}

/// A publication that has its place in the order of things.
#[derive(Debug)]
pub struct Event {
    pub publication: Publication,
    pub id: Uuid,
    pub at: Millis,
    /// Ascending over everything that is published in the hub; what clients resume from.
    pub offset: u64,
    /// Of the hub's life: offsets of another one mean nothing.
    pub epoch: Arc<str>,
    pub born: Instant,
    encoded: [OnceLock<Bytes>; Wire::COUNT],
}

impl Event {
    pub fn new(publication: Publication, offset: u64, epoch: Arc<str>, at: Millis) -> Self {
        let id = publication.id.unwrap_or_else(Uuid::now_v7);
        let born = Instant::now();
        Event { publication, id, at, offset, epoch, born, encoded: Default::default() }
    }

    /// Frames as they go out: made for the first who needs them, shared by all others.
    pub fn frames(&self, wire: Wire) -> &Bytes {
        self.encoded[wire.index()].get_or_init(|| encode(self, wire))
    }

    pub fn name(&self) -> &str {
        &self.publication.body.name
    }

    /// The one argument, or an array of several; `null` without any.
    pub fn data(&self) -> std::borrow::Cow<'_, str> {
        let body = &self.publication.body;
        match body.arity {
            0 => "null".into(),
            1 => (&*body.args).into(),
            _ => format!("[{}]", body.args).into(),
        }
    }

    /// Whether somebody in these rooms is not meant, whatever else it is in.
    pub fn leaves_out(&self, rooms: &[Arc<str>]) -> bool {
        self.publication.audience.except.iter().any(|room| rooms.contains(room))
    }

    /// Whether somebody with this filter gets it. What has no facts passes no filter.
    pub fn passes(&self, filter: Option<&Filter>) -> bool {
        let facts = &self.publication.facts;
        filter.is_none_or(|filter| facts.as_ref().is_some_and(|f| filter.matches(&f.view())))
    }

    pub fn reliable(&self) -> bool {
        self.publication.class == Class::Reliable
    }

    /// What becomes of it where it cannot be written at once. State and streams can be given up;
    /// what anybody just said to somebody cannot, without a gap that nobody would notice.
    pub fn fate(&self) -> Fate {
        let p = &self.publication;
        let passing = p.priority == Priority::Low || p.merge != Merge::Never || p.key.is_some();
        match p.class {
            _ if p.volatile => Fate::Volatile,
            Class::BestEffort if passing => Fate::May,
            _ => Fate::Must,
        }
    }
}

/// What a publication weighs while it waits, roughly.
pub fn weight(publication: &Publication) -> usize {
    const OVERHEAD: usize = 256;
    let body = &publication.body;
    let attached: usize = body.attachments.iter().map(Bytes::len).sum();
    OVERHEAD + body.name.len() + body.args.len() + attached
}

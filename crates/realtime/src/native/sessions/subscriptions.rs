//! What one client is subscribed to. Everything is a room of the hub: the types of the JSON
//! protocol are `sb:<type>`, channels are rooms of their own name.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::hub::filter::Filter;
use crate::hub::{EVERYBODY, Event};
use crate::native::json::{Kind, Kinds};

/// Where a type is published.
pub fn stream_room(kind: Kind) -> &'static str {
    match kind {
        Kind::Status => "sb:status",
        Kind::Stats => "sb:stats",
        Kind::Health => "sb:health",
        Kind::Config => "sb:config",
        Kind::System => "sb:system",
        Kind::Error => "sb:error",
    }
}

#[derive(Debug)]
pub(super) struct Subscriptions {
    pub types: Kinds,
    /// In the order of their coming.
    pub channels: Vec<String>,
    /// Those it is in without having asked.
    own: Vec<Arc<str>>,
    places: HashMap<Arc<str>, Place>,
}

#[derive(Debug)]
struct Place {
    /// What was published later reaches it.
    from: u64,
    filter: Option<Arc<Filter>>,
}

impl Subscriptions {
    pub fn new(id: &Arc<str>, own: Vec<Arc<str>>, offset: u64) -> Self {
        let mut all = Subscriptions {
            types: Kinds::NONE,
            channels: Vec::new(),
            own: Vec::new(),
            places: HashMap::new(),
        };
        all.enter(Arc::clone(id), offset, None);
        all.enter(EVERYBODY.into(), offset, None);
        own.iter().for_each(|room| all.enter(Arc::clone(room), offset, None));
        all.own = own;
        all
    }

    /// It is in a room, since `offset` unless it was there before.
    pub fn enter(&mut self, room: Arc<str>, offset: u64, filter: Option<Arc<Filter>>) {
        let place = self.places.entry(room).or_insert(Place { from: offset, filter: None });
        place.filter = filter;
    }

    pub fn leave(&mut self, room: &str) {
        self.places.remove(room);
    }

    pub fn owns(&self, room: &str) -> bool {
        self.own.iter().any(|own| **own == *room)
    }

    pub fn own(&self) -> &[Arc<str>] {
        &self.own
    }

    pub fn set_own(&mut self, own: Vec<Arc<str>>) {
        self.own = own;
    }

    pub fn has_channel(&self, name: &str) -> bool {
        self.channels.iter().any(|channel| channel == name)
    }

    pub fn add_channel(&mut self, name: &str) {
        if !self.has_channel(name) {
            self.channels.push(name.to_owned());
        }
    }

    /// What was asked for; its own rooms do not count.
    pub fn count(&self) -> u32 {
        u32::try_from(self.types.iter().count() + self.channels.len()).unwrap_or(u32::MAX)
    }

    pub fn summary(&self) -> Value {
        json!({ "types": self.types, "channels": self.channels })
    }

    pub fn rooms(&self) -> Vec<Arc<str>> {
        self.places.keys().cloned().collect()
    }

    /// Whether the hub has sent it this, or is about to.
    pub fn gets(&self, event: &Event) -> bool {
        let audience = &event.publication.audience;
        let left_out = audience.except.iter().any(|room| self.places.contains_key(room));
        let mut places = audience.kept_in().filter_map(|room| self.places.get(&room));
        let reached =
            |place: &Place| place.from < event.offset && event.passes(place.filter.as_deref());
        !left_out && places.any(reached)
    }
}

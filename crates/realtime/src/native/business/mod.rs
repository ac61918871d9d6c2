//! The business events that the product knows: what they must say, and who hears them.
//!
//! On the wire the event's name is `type` in the simple protocol and `event` in the JSON one, whose
//! `type` is then `system`.

mod payload;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

pub use payload::{Normalised, normalise};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BusinessEvent {
    OrderUpdate,
    ReservationUpdate,
    NoticeNew,
    OrdersRefresh,
}

/// The older name of `notice:new`.
const NOTICE_ALIAS: &str = "notice";

impl BusinessEvent {
    pub const ALL: [BusinessEvent; 4] = [
        BusinessEvent::OrderUpdate,
        BusinessEvent::ReservationUpdate,
        BusinessEvent::NoticeNew,
        BusinessEvent::OrdersRefresh,
    ];

    pub fn name(self) -> &'static str {
        match self {
            BusinessEvent::OrderUpdate => "order:update",
            BusinessEvent::ReservationUpdate => "reservation:update",
            BusinessEvent::NoticeNew => "notice:new",
            BusinessEvent::OrdersRefresh => "orders:refresh",
        }
    }

    /// Publishers may use the alias, whether it is enabled for receivers or not.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = if name == NOTICE_ALIAS { "notice:new" } else { name };
        BusinessEvent::ALL.into_iter().find(|event| event.name() == name)
    }

    /// The names under which it is pushed.
    pub fn names(self, notice_alias: bool) -> impl Iterator<Item = &'static str> {
        let alias = notice_alias && self == BusinessEvent::NoticeNew;
        std::iter::once(self.name()).chain(alias.then_some(NOTICE_ALIAS))
    }
}

/// The room of everything that concerns one user.
pub fn user_room(id: &str) -> String {
    format!("user:{id}")
}

pub fn role_room(role: &str) -> String {
    format!("role:{role}")
}

/// `{ type, payload }`: how connections that asked for one generic `message` event get a push,
/// instead of the event itself.
pub fn generic_message(event: &str, payload: &RawValue) -> Box<RawValue> {
    #[derive(Serialize)]
    struct Message<'a> {
        #[serde(rename = "type")]
        event: &'a str,
        payload: &'a RawValue,
    }
    to_raw_value(&Message { event, payload }).expect("a text and a JSON value")
}

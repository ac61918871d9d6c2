//! Live connections to `/ws`: from the request to the last word.
//!
//! ```text
//! Door ── opening ─▶ Session ◀── Spoken    what the client says (speaker; json, simple)
//!                       ▲ ▲
//!          gate, auth ──┘ └── beat         heartbeat, idleness, expiry, repetitions
//! ```
//!
//! A session has one task, which reads; everything that comes by time comes by the pulse.

mod asking;
mod auth;
mod beat;
mod chapter;
mod door;
mod ending;
mod joining;
mod json;
mod member;
mod opening;
mod options;
mod pause;
mod repeater;
mod session;
mod simple;
mod speaker;
mod subscriptions;
mod unacked;
mod voice;

pub use door::{Door, Stats};
pub use options::{Options, OptionsError, Resend};
pub use subscriptions::stream_room;

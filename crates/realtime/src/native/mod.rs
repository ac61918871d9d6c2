//! The two native protocols of `/ws`: simple (`signalbox.simple.v1`) and JSON (`signalbox.json.v1`).
//!
//! The messages come first: text in, typed values out, and the other way round. They know no
//! connection, room or time; ids and timestamps are handed in, so that one event is encoded once
//! for everybody who gets it. `sessions` are what lives on them: the connections behind a [`Door`].

pub mod business;
pub mod codes;
pub mod delivery;
pub mod json;
mod limits;
mod position;
mod read;
mod refusal;
pub mod schemas;
mod secret;
pub mod select;
mod sessions;
pub mod simple;
#[cfg(test)]
mod tests;

pub use codes::ErrorCode;
pub use position::Position;
pub use refusal::{Problem, Refusal};
pub use secret::Secret;
pub use select::{Protocol, Selection, Version, select};
pub use sessions::{Door, Options, OptionsError, Resend, Stats, stream_room};

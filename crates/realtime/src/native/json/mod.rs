//! The JSON protocol: `action`s from clients, `event`s from the server, ids on everything.

mod actions;
mod client;
mod kinds;
mod parse;
mod reply;
mod server;
mod write;

pub use client::{
    Action, ClientMessage, Filter, History, Mode, Source, Subscribe, SubscribeMode, Unsubscribe,
};
pub use kinds::{Kind, Kinds};
pub use parse::parse;
pub use reply::write;
pub use server::{Connected, Event, HistoryData, ServerMessage, Subscription, Warning};
pub use write::{Envelope, write_events};

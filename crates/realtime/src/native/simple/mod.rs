//! The simple protocol: `{ type, data?, ts?, requestId? }` both ways.

mod client;
mod parse;
mod server;

pub use client::{Action, ClientMessage};
pub use parse::parse;
pub use server::{Push, ServerMessage, write, write_push};

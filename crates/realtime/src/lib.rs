//! Everything that is pushed: one hub behind Socket.IO, two plain WebSocket protocols and SSE.
//!
//! ```text
//! engineio ── socketio ─┐                 ┌─ link ─▶ TCP
//! net ─────── native ───┼─ hub ── shards ─┼─ link ─▶ TCP
//!             sse ──────┘                 └─ link ─▶ fetched
//! ```
//!
//! A connection is read by one task (`net`) and written to by whoever has something for it
//! (`hub::link`). The codecs below (`websocket`, `engineio::packet`, `socketio::packet`,
//! `native::json`, `native::simple`) do no IO. `gate` asks who somebody is and what they may;
//! `registry` knows who is connected and says no when there are too many; `limits` counts what
//! they do.
//!
//! This crate knows no HTTP framework: a door takes an `http::Request` and gives an
//! [`answer::Answer`]; whoever listens turns its own types into these.

pub mod answer;
mod cors;
pub mod engineio;
pub mod gate;
pub mod handshake;
pub mod hub;
mod ids;
pub mod limits;
pub mod native;
pub mod net;
pub mod registry;
pub mod socketio;
pub mod sse;
pub mod websocket;

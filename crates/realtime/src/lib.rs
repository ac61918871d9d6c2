//! Everything that is pushed: one hub behind Socket.IO, two plain WebSocket protocols and SSE.

pub mod engineio;
pub mod limits;
pub mod native;
pub mod registry;
pub mod socketio;
pub mod websocket;

//! Everything that is pushed: one hub behind Socket.IO, two plain WebSocket protocols and SSE.

pub mod engineio;
pub mod hub;
pub mod native;
pub mod socketio;
pub mod websocket;

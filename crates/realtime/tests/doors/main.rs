//! The doors of `/ws` and SSE, through real sockets.

mod auth;
mod broken;
mod client;
mod connecting;
mod errors;
mod gate;
mod heartbeat;
mod history;
mod house;
mod joining;
mod limits;
mod reliable;
mod slow;
mod sse;

#[path = "../../src/native/tests/validator.rs"]
mod validator;

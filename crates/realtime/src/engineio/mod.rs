//! Engine.IO v4: packets, payloads, and the sessions that carry them.
//!
//! A request comes in at [`Engine::handle`] (`engine`), which finds or opens its [`Session`].
//! A session is written to through its hub link, whatever carries it: `polling` lets the client
//! fetch what waits, `socket` hands the link a stream. What runs on it is a [`Client`].

mod engine;
mod heartbeat;
mod options;
pub mod packet;
pub mod payload;
mod polling;
mod problem;
mod session;
mod socket;

pub use engine::{App, Engine};
pub use options::EngineOptions;
pub use problem::Problem;
pub(crate) use session::shutdown;
pub use session::{Client, Session, Stop, Transport};

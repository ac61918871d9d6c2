//! RFC 6455 on the server's side: handshake, frames, messages, permessage-deflate. No IO.
//!
//! A connection starts with [`upgrade`]. What arrives goes through a [`Reader`]; what is sent is
//! encoded once by [`frame`] and shared. A [`Violation`] is answered with
//! `frame::close(violation.code(), &violation.to_string())`.

mod assembly;
mod close;
pub mod deflate;
mod extension;
pub mod frame;
mod handshake;
mod head;
mod mask;
mod message;
mod partial;
mod reader;
#[cfg(test)]
mod tests;
mod violation;

pub use close::CloseCode;
pub use handshake::{HandshakeError, Offer, Upgrade, accept_key, upgrade};
pub use message::Message;
pub use reader::{Limits, Reader};
pub use violation::Violation;

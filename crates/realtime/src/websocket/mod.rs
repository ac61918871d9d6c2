//! RFC 6455 on the server's side: handshake, frames, messages, permessage-deflate. No IO.

mod close;
pub mod deflate;
mod extension;
pub mod frame;
mod handshake;
#[cfg(test)]
mod tests;

pub use close::CloseCode;
pub use handshake::{HandshakeError, Offer, Upgrade, accept_key, upgrade};

//! RFC 6455 on the server's side: handshake, frames, messages, permessage-deflate. No IO.

mod close;
pub mod deflate;
pub mod frame;

pub use close::CloseCode;

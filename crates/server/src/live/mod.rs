//! Live connections: who may open one. A connection shows a token: a ticket, which this server
//! hands out, or a JWT that the project signs for its users itself. `docs/protocol/realtime-auth.md`
//! is the specification. [`publish`] is what they hear.

mod der;
mod doors;
mod external;
mod gate;
mod grants;
mod hub;
mod jwt;
mod public_key;
pub mod publish;
mod refusal;
mod sockets;
mod ticket;
mod verifier;

pub(crate) use doors::routes;
pub use grants::{GrantError, Grants, scope_behind};
pub use hub::{Live, LiveOptions};
pub use public_key::read as read_public_key;
pub use refusal::AuthRefusal;
pub use verifier::Verifier;

#[cfg(test)]
mod tests;

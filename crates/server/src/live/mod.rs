//! Live connections: who may open one. A connection shows a token: a ticket, which this server
//! hands out, or a JWT that the project signs for its users itself. `docs/protocol/realtime-auth.md`
//! is the specification.

mod der;
mod external;
mod grants;
mod jwt;
mod public_key;
mod refusal;
mod ticket;
mod verifier;

pub use grants::{GrantError, Grants, scope_behind};
pub use public_key::read as read_public_key;
pub use refusal::AuthRefusal;
pub use verifier::Verifier;

#[cfg(test)]
mod tests;

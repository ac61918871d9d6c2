//! What live connections are let in by: keys for the projects' own tokens, and revocations.

mod check;
mod material;
mod revocations;
mod revoked;
mod rows;
mod token_keys;

pub use material::{TokenAlgorithm, TokenMaterial};
pub use revocations::{LONGEST_TOKEN_MS, MAX_TOKEN_MS, NewRevocation, Revocation};
pub use revoked::Revoked;
pub use rows::{TokenKey, TokenKeyInfo};
pub use token_keys::{IssuedTokenKey, NewTokenKey};

pub(super) use revocations::load as load_revoked;
pub(super) use rows::in_force as token_keys_in_force;

use super::Control;

/// The `kid` of tickets, which no token key may have.
pub const TICKET_KEY_ID: &str = "signalbox-ticket";

/// Changing it ends every ticket there is.
const TICKET_PURPOSE: &str = "signalbox realtime tickets v1";

impl Control {
    /// What tickets are signed with: of this installation alone, there is no default.
    pub fn ticket_secret(&self) -> [u8; 32] {
        self.master_key().derive(TICKET_PURPOSE)
    }
}

#[cfg(test)]
mod tests;

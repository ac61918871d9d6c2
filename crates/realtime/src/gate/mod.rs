//! Who may come in: asked by every door, and answered by whoever knows tokens and projects.

mod admission;
mod premises;
mod roster;
mod strangers;
mod token;

use std::pin::Pin;

use model::identity::Identity;
use tokio::sync::watch;

use crate::handshake::Handshake;
use crate::registry::Protocol;

pub use admission::{Admitted, GateError};
pub(crate) use admission::{applicant, ask};
pub use premises::Premises;
pub(crate) use roster::{Guest, Roster};
pub(crate) use strangers::{Stranger, Strangers};
pub(crate) use token::token;

/// Shared by all doors.
pub trait Gate: Send + Sync + 'static {
    fn admit<'a>(&'a self, caller: Caller<'a>) -> Admission<'a>;

    /// Whether somebody who was let in before may stay: asked when [`Gate::changes`] moves on,
    /// when the identity expires, and with every heartbeat.
    fn standing(&self, identity: &Identity) -> Standing;

    /// Moves on whenever an identity may have lost its ground.
    fn changes(&self) -> watch::Receiver<u64>;
}

pub type Admission<'a> = Pin<Box<dyn Future<Output = Result<Admitted, GateError>> + Send + 'a>>;

/// Somebody at a door.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Without the token, wherever that was.
    pub handshake: &'a Handshake,
    pub token: Option<&'a str>,
    pub protocol: Protocol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Good,
    /// There is a while to show a fresh token.
    Expired,
    /// Taken back: out at once.
    Revoked,
}

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Request;

use super::opening;
use super::options::{Options, OptionsError};
use super::session::Session;
use crate::answer::Answer;
use crate::gate::{Premises, Roster, Strangers};

/// The door of `/ws`, `/ws/simple` and `/ws/json`. Clones are the same one.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

pub(super) struct Inner {
    pub premises: Premises,
    pub options: Options,
    pub roster: Roster<Session>,
    pub strangers: Strangers,
    pub resent: AtomicU64,
    pub expired: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    pub connections: usize,
    /// Reliable events that were sent again.
    pub resent: u64,
    /// Those that were given up without an acknowledgement.
    pub expired: u64,
}

impl Door {
    /// Watches the gate from now on, on the current runtime.
    pub fn new(premises: Premises, options: Options) -> Result<Self, OptionsError> {
        options.check()?;
        let roster = Roster::watch(premises.gate.changes());
        let (all, from_one) = options.strangers;
        Ok(Door(Arc::new(Inner {
            premises,
            roster,
            strangers: Strangers::new(all, from_one),
            options,
            resent: AtomicU64::new(0),
            expired: AtomicU64::new(0),
        })))
    }

    /// Answers the handshake. Whoever listens serves HTTP/1.1 with upgrades, over plain TCP.
    pub async fn handle<B>(&self, request: Request<B>, address: IpAddr) -> Answer {
        opening::open(&self.0, request, address).await
    }

    /// Says goodbye to everybody. Newcomers are no longer the caller's business to let through.
    pub fn close(&self) {
        self.0.roster.dismiss();
    }

    pub fn stats(&self) -> Stats {
        Stats {
            connections: self.0.roster.len(),
            resent: self.0.resent.load(Ordering::Relaxed),
            expired: self.0.expired.load(Ordering::Relaxed),
        }
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

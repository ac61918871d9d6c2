//! A place is held by a value, and is free when that is dropped: however a handshake fails and
//! whatever becomes of a connection's task, nothing stays behind.

use std::net::IpAddr;
use std::sync::Arc;

use super::table::Claim;
use super::{CloseReason, ConnectionInfo, ConnectionRecord, Registry};

/// A place that is taken while the handshake goes on. Whoever holds it limits how long that is.
#[must_use = "the place is free again when this is dropped"]
pub struct Reservation {
    registry: Registry,
    /// `None` once it has become a connection.
    claim: Option<Claim>,
    ip: IpAddr,
}

/// A connection in the registry, as long as this lives.
#[must_use = "the connection is unregistered when this is dropped"]
pub struct Registered {
    registry: Registry,
    connection: Arc<ConnectionRecord>,
}

impl Reservation {
    pub(super) fn new(registry: Registry, claim: Claim, ip: IpAddr) -> Self {
        Reservation { registry, claim: Some(claim), ip }
    }

    pub fn register(mut self, info: ConnectionInfo) -> Registered {
        let claim = self.claim.take().expect("only this takes it, and this consumes");
        let registry = self.registry.clone();
        let now = registry.shared.clock.now();
        let connection = Arc::new(ConnectionRecord::new(claim, self.ip, info, now));
        let twin = registry.table().open(&connection, now);
        if let Some(twin) = twin {
            twin.close(CloseReason::Replaced);
        }
        Registered { registry, connection }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.registry.table().release(&claim);
        }
    }
}

impl Registered {
    pub fn connection(&self) -> &Arc<ConnectionRecord> {
        &self.connection
    }

    /// Unregisters with the reason that its transport knows. One that was given before, by
    /// whoever closed it, stays.
    pub fn finish(self, reason: CloseReason) {
        self.connection.end(reason);
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let now = self.registry.shared.clock.now();
        self.registry.table().close(&self.connection, CloseReason::Gone, now);
    }
}

//! Who may come in. All limits are decided and the place is taken under one lock: parallel
//! handshakes cannot all see the last place free.

use std::net::IpAddr;
use std::sync::Arc;

use model::{Millis, ProjectId};

use super::table::{Claim, Table};
use super::{CloseReason, ConnectionRecord, Options, Protocol, Registry, Reservation, Tier};

#[derive(Debug, Clone)]
pub struct Applicant {
    pub project: ProjectId,
    /// `None` is anonymous: then only the limits per address and in total apply.
    pub user: Option<String>,
    pub ip: IpAddr,
    pub tier: Tier,
    pub protocol: Protocol,
    /// How many of this protocol the user may have at once, which the project decides; 0 is
    /// unlimited.
    pub per_user: usize,
}

/// A connection that lost its place to the newcomer. It is out of the registry already; what is
/// left is to close it.
#[must_use = "the connection that lost its place is still open"]
pub struct Evict {
    pub connection: Arc<ConnectionRecord>,
    pub reason: CloseReason,
}

/// All of them say the same to the outside; which one it was is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    #[error("Connection limit reached")]
    Full,
    #[error("Connection limit reached")]
    PerUser,
    #[error("Connection limit reached")]
    PerIp,
}

impl LimitError {
    pub const CODE: &'static str = "MAX_CONNECTIONS_EXCEEDED";
}

impl Evict {
    pub fn id(&self) -> &Arc<str> {
        self.connection.id()
    }

    pub fn close(self) {
        self.connection.close(self.reason);
    }
}

impl Registry {
    /// A place for a newcomer, and whom it costs theirs: the limits hold at every instant.
    pub fn reserve(
        &self,
        applicant: Applicant,
    ) -> Result<(Reservation, Option<Evict>), LimitError> {
        let Applicant { project, user, ip, tier, protocol, per_user } = applicant;
        let user = user.map(Arc::from);
        let claim = Claim { project, user, source: ip.into(), protocol, tier };
        let now = self.shared.clock.now();
        let evict = self.table().admit(&claim, per_user, &self.shared.options, now)?;
        Ok((Reservation::new(self.clone(), claim, ip), evict))
    }
}

impl Table {
    /// One borrow of the table from the check to the taking: nobody can come in between.
    fn admit(
        &mut self,
        claim: &Claim,
        per_user: usize,
        options: &Options,
        now: Millis,
    ) -> Result<Option<Evict>, LimitError> {
        let room = self.make_room(claim, per_user, options, now);
        let evict = room.inspect_err(|&error| self.counters.reject(error.into()))?;
        if let Some(evict) = &evict {
            self.close(&evict.connection, evict.reason, now);
        }
        self.hold(claim);
        Ok(evict)
    }

    /// At most one has to go: whoever is replaced leaves a place in the total as well.
    fn make_room(
        &self,
        claim: &Claim,
        per_user: usize,
        options: &Options,
        now: Millis,
    ) -> Result<Option<Evict>, LimitError> {
        let replaced = self.make_room_for_user(claim, per_user, options.stale_after, now)?;
        let from_here = self.by_source.get(&claim.source).copied().unwrap_or(0);
        let moves_over = replaced.is_some_and(|r| r.claim.source == claim.source);
        if options.per_ip > 0 && from_here - usize::from(moves_over) >= options.per_ip {
            return Err(LimitError::PerIp);
        }
        if let Some(connection) = replaced.cloned() {
            return Ok(Some(Evict { connection, reason: CloseReason::Replaced }));
        }
        if self.held < options.total {
            return Ok(None);
        }
        let idlest = match claim.tier {
            Tier::Vip => self.idlest_normal(),
            Tier::Normal => None,
        };
        let connection = idlest.cloned().ok_or(LimitError::Full)?;
        Ok(Some(Evict { connection, reason: CloseReason::Evicted }))
    }

    /// A socket that died unnoticed must not lock its user out: at the limit, the one that was
    /// silent for longest and for too long is replaced.
    fn make_room_for_user(
        &self,
        claim: &Claim,
        per_user: usize,
        stale_after: Millis,
        now: Millis,
    ) -> Result<Option<&Arc<ConnectionRecord>>, LimitError> {
        let Some(holding) = claim.user_key().and_then(|key| self.by_user.get(&key)) else {
            return Ok(None);
        };
        if per_user == 0 || holding.held < per_user {
            return Ok(None);
        }
        let open = holding.open.iter().filter_map(|id| self.by_id.get(id));
        let stale = open.filter(|record| record.is_stale(stale_after, now));
        stale.min_by_key(|record| record.last_seen()).map(Some).ok_or(LimitError::PerUser)
    }

    /// Without a subscription first, then the longest without a message, then the oldest.
    fn idlest_normal(&self) -> Option<&Arc<ConnectionRecord>> {
        let normal = self.by_id.values().filter(|record| record.tier() == Tier::Normal);
        normal.min_by_key(|r| (r.subscriptions() > 0, r.last_message(), r.connected_at()))
    }
}

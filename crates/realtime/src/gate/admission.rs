use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use model::identity::{Identity, RoomRefusal, Tier};

use super::{Caller, Gate};
use crate::native::ErrorCode;
use crate::registry::{self, Applicant, Protocol, Rejection};

/// A gate that cannot decide must not hold up a handshake for longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who came in, and what they find.
#[derive(Debug, Clone)]
pub struct Admitted {
    pub identity: Arc<Identity>,
    /// The rooms that the project opens to everybody, as patterns.
    pub open_channels: Arc<[String]>,
    /// Connections at once of this user and protocol; 0 is unlimited.
    pub per_user: usize,
    /// Whose rooms these are: the project, as [`Hub::scope`](crate::hub::Hub::scope) knows it.
    pub tenant: Arc<str>,
}

/// Why not. The text is what the caller is told, and says nothing about how close it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    #[error("Authentication required")]
    Missing,
    #[error("unauthorized")]
    Unauthorized,
    #[error("forbidden")]
    Forbidden,
    /// A page that is not the project's.
    #[error("origin not allowed")]
    Origin,
    #[error("try again later")]
    Unavailable,
}

impl Admitted {
    pub fn may_join(&self, room: &str) -> Result<(), RoomRefusal> {
        self.identity.may_join(room, &self.open_channels)
    }

    /// Whether a fresh token is the same somebody's.
    pub fn is_same_as(&self, other: &Admitted) -> bool {
        let (one, other_one) = (&self.identity, &other.identity);
        one.project == other_one.project && one.user_id == other_one.user_id
    }
}

impl GateError {
    pub fn code(self) -> ErrorCode {
        match self {
            GateError::Missing | GateError::Unauthorized => ErrorCode::Unauthorized,
            GateError::Forbidden | GateError::Origin => ErrorCode::Forbidden,
            GateError::Unavailable => ErrorCode::InternalError,
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            GateError::Missing | GateError::Unauthorized => StatusCode::UNAUTHORIZED,
            GateError::Forbidden | GateError::Origin => StatusCode::FORBIDDEN,
            GateError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// As what it is counted. Our own failures are no rejections.
    pub(crate) fn rejection(self) -> Option<Rejection> {
        match self {
            GateError::Origin => Some(Rejection::Origin),
            GateError::Unavailable => None,
            _ => Some(Rejection::Unauthorised),
        }
    }
}

pub(crate) async fn ask(gate: &dyn Gate, caller: Caller<'_>) -> Result<Admitted, GateError> {
    let answer = tokio::time::timeout(PATIENCE, gate.admit(caller)).await;
    answer.unwrap_or(Err(GateError::Unavailable))
}

/// In whose name a place is asked for.
pub(crate) fn applicant(
    admitted: &Admitted,
    ip: std::net::IpAddr,
    protocol: Protocol,
) -> Applicant {
    let identity = &admitted.identity;
    Applicant {
        project: identity.project,
        user: identity.user_id.clone(),
        ip,
        tier: match identity.tier() {
            Tier::Vip => registry::Tier::Vip,
            Tier::Normal => registry::Tier::Normal,
        },
        protocol,
        per_user: admitted.per_user,
    }
}

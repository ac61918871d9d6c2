//! Why a connection to `/ws` ends, in the words of the registry, of clients and of the log.

use crate::registry::CloseReason;
use crate::websocket::CloseCode;

/// The code and the words that a client gets.
pub(super) fn told(reason: CloseReason) -> (CloseCode, &'static str) {
    match reason {
        CloseReason::Gone => (CloseCode::NORMAL, "bye"),
        CloseReason::HeartbeatTimeout => (CloseCode::HEARTBEAT_TIMEOUT, "heartbeat timeout"),
        CloseReason::Idle => (CloseCode::NORMAL, "idle"),
        // Both say: come back later.
        CloseReason::Evicted => (CloseCode::TRY_AGAIN, "evicted"),
        CloseReason::Replaced => (CloseCode::TRY_AGAIN, "replaced"),
        CloseReason::Operator => (CloseCode::NORMAL, "closed by an operator"),
        CloseReason::Unauthorised => (CloseCode::UNAUTHORIZED, "unauthorized"),
        CloseReason::Abuse => (CloseCode::POLICY, "policy violation"),
        CloseReason::SlowConsumer => (CloseCode::TRY_AGAIN, "slow consumer"),
        CloseReason::ProtocolError => (CloseCode::POLICY, "protocol error"),
        CloseReason::Shutdown => (CloseCode::GOING_AWAY, "server shutdown"),
    }
}

/// What waits for such a client is not worth sending.
pub(super) fn is_abrupt(reason: CloseReason) -> bool {
    matches!(
        reason,
        CloseReason::HeartbeatTimeout | CloseReason::SlowConsumer | CloseReason::Unauthorised
    )
}

/// Of the words in which the rest of the crate says that a connection is over.
pub(super) fn reason_of(words: &str) -> CloseReason {
    const OURS: [CloseReason; 10] = [
        CloseReason::HeartbeatTimeout,
        CloseReason::Idle,
        CloseReason::Evicted,
        CloseReason::Replaced,
        CloseReason::Operator,
        CloseReason::Unauthorised,
        CloseReason::Abuse,
        CloseReason::SlowConsumer,
        CloseReason::ProtocolError,
        CloseReason::Shutdown,
    ];
    OURS.into_iter().find(|reason| told(*reason).1 == words).unwrap_or(CloseReason::Gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_again_by_its_words() {
        for reason in [CloseReason::Gone, CloseReason::Idle, CloseReason::SlowConsumer] {
            assert_eq!(reason_of(told(reason).1), reason);
        }
        assert_eq!(reason_of("transport close"), CloseReason::Gone);
    }
}

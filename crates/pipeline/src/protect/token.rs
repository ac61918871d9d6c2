//! JSON web tokens that a project signs for its own users (HS256, `kid` names the signing key).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use model::Millis;
use serde::Deserialize;

/// Tokens are short-lived; this only absorbs clocks that disagree.
const LEEWAY_MS: Millis = 60_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the token is not a signed HS256 token with a kid")]
    Form,
    #[error("the token's signature does not match")]
    Signature,
    #[error("the token has expired, is not yet valid, or has no exp")]
    Time,
    #[error("the token is for another audience")]
    Audience,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    pub user: String,
    pub role: String,
}

#[derive(Deserialize)]
struct Raw {
    sub: Option<Name>,
    uid: Option<Name>,
    id: Option<Name>,
    #[serde(rename = "userId")]
    user_id: Option<Name>,
    role: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    aud: Option<Audience>,
}

/// Ids are numbers as often as strings.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Number(i64),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The id of the key that a token claims to be signed with.
pub(crate) fn key_id(token: &str) -> Result<String, TokenError> {
    let header = decode_header(token).map_err(|_| TokenError::Form)?;
    if header.alg != Algorithm::HS256 {
        return Err(TokenError::Form);
    }
    header.kid.ok_or(TokenError::Form)
}

pub(crate) fn verify(
    token: &str,
    secret: &[u8],
    slug: &str,
    now: Millis,
) -> Result<Claims, TokenError> {
    let mut rules = Validation::new(Algorithm::HS256);
    // Times are judged below, by the injected clock.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let raw: Raw = decode(token, &DecodingKey::from_secret(secret), &rules)
        .map_err(|_| TokenError::Signature)?
        .claims;
    let ms = |seconds: f64| (seconds * 1000.0) as Millis;
    let expires = ms(raw.exp.ok_or(TokenError::Time)?);
    let begins = raw.nbf.map_or(Millis::MIN, ms);
    if now >= expires.saturating_add(LEEWAY_MS) || now < begins.saturating_sub(LEEWAY_MS) {
        return Err(TokenError::Time);
    }
    let ours = match &raw.aud {
        None => true,
        Some(Audience::One(aud)) => aud == slug,
        Some(Audience::Many(list)) => list.iter().any(|aud| aud == slug),
    };
    if !ours {
        return Err(TokenError::Audience);
    }
    let user = [raw.sub, raw.uid, raw.id, raw.user_id].into_iter().flatten().next();
    let user = match user {
        Some(Name::Text(text)) => text,
        Some(Name::Number(number)) => number.to_string(),
        None => String::new(),
    };
    Ok(Claims { user, role: raw.role.unwrap_or_default() })
}

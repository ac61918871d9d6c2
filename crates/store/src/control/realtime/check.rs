use super::{NewTokenKey, TICKET_KEY_ID, TokenMaterial};
use crate::control::{ControlError, projects};

/// As long as the digest, as RFC 7518 asks.
const MIN_SECRET_BYTES: usize = 32;
const MAX_SECRET_BYTES: usize = 512;
/// Fewer different bytes than this are typed, not drawn.
const MIN_DIFFERENT_BYTES: usize = 10;
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

pub(super) fn check(new: &NewTokenKey) -> Result<(), ControlError> {
    projects::check_name(&new.name)?;
    if let Some(kid) = &new.kid {
        let fits = (1..=128).contains(&kid.len()) && kid.bytes().all(|b| b.is_ascii_graphic());
        if !fits || kid == TICKET_KEY_ID {
            let problem = "1 to 128 visible ASCII characters, and not reserved";
            return Err(ControlError::invalid("kid", problem));
        }
    }
    match &new.material {
        None | Some(TokenMaterial::EdDsa(_)) => Ok(()),
        Some(TokenMaterial::Hs256(secret)) => check_secret(secret),
        Some(TokenMaterial::Rs256 { n, e }) => check_rsa(n, e),
    }
}

fn check_secret(secret: &[u8]) -> Result<(), ControlError> {
    if !(MIN_SECRET_BYTES..=MAX_SECRET_BYTES).contains(&secret.len()) {
        return Err(ControlError::invalid("secret", "must have 32 to 512 bytes"));
    }
    let mut different = secret.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() < MIN_DIFFERENT_BYTES {
        return Err(ControlError::invalid("secret", "is too easy to guess"));
    }
    Ok(())
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), ControlError> {
    let leading = n.first().map_or(8, |byte| byte.leading_zeros() as usize);
    let bits = (n.len() * 8).saturating_sub(leading);
    let exponent_ok = (1..=4).contains(&e.len()) && e.last().is_some_and(|last| last % 2 == 1);
    if !RSA_BITS.contains(&bits) || !exponent_ok || matches!(e, [0 | 1]) {
        return Err(ControlError::invalid("publicKey", "must be an RSA key of 2048 to 4096 bits"));
    }
    Ok(())
}

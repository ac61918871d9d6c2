//! Names that can be counted but not read: a keyed hash, so that trying every phone number needs
//! the project's salt.

use hmac::{Hmac, KeyInit, Mac};
use model::Project;
use model::settings::UserIdPolicy;
use sha2::Sha256;

use super::scrub::contact;

const BYTES: usize = 16;

/// How the project keeps a user's id: what an erasure or export request must look for.
pub fn user_pseudonym(project: &Project, raw: &str) -> String {
    if raw.is_empty() {
        return String::new();
    }
    match project.settings.privacy.user_id {
        UserIdPolicy::Drop => String::new(),
        UserIdPolicy::Hash => keyed(&project.salt, "u_", raw.trim()),
        UserIdPolicy::Keep => identifier(&project.salt, raw),
    }
}

/// An id as sent, unless it is an e-mail address or a phone number.
pub(crate) fn identifier(salt: &[u8; 32], raw: &str) -> String {
    match contact(raw) {
        Some(contact) => keyed(salt, contact.prefix(), &contact.normal()),
        None => raw.to_owned(),
    }
}

/// Letters only: digits in a pseudonym could look like another secret to a later pass.
pub(crate) fn keyed(salt: &[u8; 32], prefix: &str, value: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt) else { return String::new() };
    mac.update(prefix.as_bytes());
    mac.update(value.as_bytes());
    let digest = mac.finalize().into_bytes();
    let mut out = String::with_capacity(prefix.len() + 2 * BYTES);
    out.push_str(prefix);
    for byte in &digest[..BYTES] {
        out.push(char::from(b'a' + (byte >> 4)));
        out.push(char::from(b'a' + (byte & 15)));
    }
    out
}

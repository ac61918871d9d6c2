//! argon2id with OWASP's parameters: 19 MiB, two passes. Slow on purpose; callers keep it off
//! the threads that serve requests.

use argon2::password_hash::PasswordHasher;
use argon2::{Argon2, PasswordVerifier};

use super::{ControlError, random};

const MIN_CHARS: usize = 10;
const MAX_BYTES: usize = 256;

/// An encoded argon2id hash. Has no other way of being made than from an acceptable password.
#[derive(Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// `username` only to refuse it as the password.
    pub fn of(password: &str, username: &str) -> Result<Self, ControlError> {
        let problem = if password.chars().count() < MIN_CHARS {
            "at least 10 characters"
        } else if password.len() > MAX_BYTES {
            "at most 256 bytes"
        } else if password.eq_ignore_ascii_case(username) {
            "must differ from the user name"
        } else if password.chars().all(|c| password.starts_with(c)) {
            "must not be one character repeated"
        } else {
            return Self::hash(password);
        };
        Err(ControlError::invalid("password", problem))
    }

    fn hash(password: &str) -> Result<Self, ControlError> {
        let salt: [u8; 16] = random::bytes();
        let hash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|e| ControlError::Hashing(e.to_string()))?;
        Ok(PasswordHash(hash.to_string()))
    }

    pub(super) fn from_stored(text: String) -> Self {
        PasswordHash(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the same time whether or not it matches. Over-long input is not hashed.
    pub fn matches(&self, password: &str) -> bool {
        password.len() <= MAX_BYTES
            && Argon2::default().verify_password(password.as_bytes(), self.as_str()).is_ok()
    }

    /// What an unknown user's password is compared with, so that the answer takes as long.
    pub(super) fn nobody() -> Self {
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2lnbmFsYm94LW5vYm9keQ$\
                              AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        PasswordHash(NOBODY.to_owned())
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_matches() {
        let hash = PasswordHash::of("correct horse", "alice").expect("hash");
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hash.matches("correct horse"));
        assert!(!hash.matches("correct horsf"));
    }

    #[test]
    fn nobody_costs_a_full_hash_and_never_matches() {
        use argon2::PasswordHash as Parsed;
        let nobody = PasswordHash::nobody();
        let parsed = Parsed::new(nobody.as_str()).expect("a well-formed hash, or it costs nothing");
        assert!(parsed.hash.is_some() && parsed.salt.is_some());
        assert!(!nobody.matches("anything at all"));
    }

    #[test]
    fn weak_passwords_are_refused() {
        for bad in ["short", "aaaaaaaaaaaa", "administrator", &"x1".repeat(200)] {
            let refused = PasswordHash::of(bad, "Administrator");
            assert!(matches!(refused, Err(ControlError::Invalid(_))), "{bad}");
        }
    }
}

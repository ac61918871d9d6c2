//! Secrets at rest: ChaCha20-Poly1305 under the master key, each bound to its row.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};

use super::{ControlError, random};

const NONCE_BYTES: usize = 12;

/// 32 bytes that live outside the database; whoever has only the database has no secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        MasterKey(bytes)
    }

    pub fn generate() -> Self {
        MasterKey(random::bytes())
    }

    /// 64 hex digits, as in a key file.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = hex::decode(text.trim()).ok()?;
        bytes.try_into().ok().map(MasterKey)
    }

    /// For writing the key file; never for logs.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// `row` is authenticated but not stored: a sealed value moved to another row does not open.
    pub(super) fn seal(&self, row: &str, plain: &[u8]) -> Result<Vec<u8>, ControlError> {
        let nonce: [u8; NONCE_BYTES] = random::bytes();
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: row.as_bytes() })
            .map_err(|_| ControlError::Sealed)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(super) fn open(&self, row: &str, sealed: &[u8]) -> Result<Vec<u8>, ControlError> {
        let (nonce, sealed) =
            sealed.split_first_chunk::<NONCE_BYTES>().ok_or(ControlError::Sealed)?;
        self.cipher()
            .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: row.as_bytes() })
            .map_err(|_| ControlError::Sealed)
    }

    /// A secret for one purpose, the same at every start; who has it cannot tell the master key.
    pub(super) fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_row_and_under_its_key() {
        let key = MasterKey::generate();
        let sealed = key.seal("key/1", b"secret").expect("seal");
        assert_eq!(key.open("key/1", &sealed).expect("open"), b"secret");
        assert!(key.open("key/2", &sealed).is_err());
        assert!(MasterKey::generate().open("key/1", &sealed).is_err());
        assert!(key.open("key/1", &sealed[..5]).is_err());
        assert_ne!(sealed, key.seal("key/1", b"secret").expect("seal"), "nonces differ");
    }

    #[test]
    fn derived_secrets_differ_by_key_and_purpose() {
        let key = MasterKey::from_bytes([7; 32]);
        assert_eq!(key.derive("a"), key.derive("a"));
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_ne!(key.derive("a"), MasterKey::from_bytes([8; 32]).derive("a"));
        assert_ne!(key.derive("a"), [7; 32]);
    }

    #[test]
    fn a_master_key_does_not_print_itself() {
        let key = MasterKey::from_bytes([7; 32]);
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
        assert_eq!(MasterKey::from_hex(&key.to_hex()), Some(key));
        assert_eq!(MasterKey::from_hex("07"), None);
    }
}

//! Chance that nobody can guess.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Whoever knows the id of a connection knows a room, and with a private one comes back as it.
pub fn random_id() -> Arc<str> {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 15]>()).into()
}

//! The one place the control plane takes randomness from: the operating system's, through a
//! generator made for secrets.

use rand::Rng;
use sha2::{Digest, Sha256};

pub(super) fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    rand::rng().fill_bytes(&mut out);
    out
}

pub(super) fn hex<const N: usize>() -> String {
    hex::encode(bytes::<N>())
}

/// A password to be read aloud and typed once: four groups of five, without look-alikes, 98 bits.
pub(super) fn password() -> String {
    // 30 letters: a byte below 240 picks one of them evenly.
    const ALPHABET: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345679";
    let mut out = String::with_capacity(23);
    while out.len() < 23 {
        let [byte] = bytes::<1>();
        if byte >= 240 {
            continue;
        }
        if out.len() % 6 == 5 {
            out.push('-');
        }
        out.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    out
}

pub(super) fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_have_four_groups_and_differ() {
        let (a, b) = (password(), password());
        assert_ne!(a, b);
        let groups: Vec<_> = a.split('-').collect();
        assert_eq!(groups.len(), 4, "{a}");
        assert!(groups.iter().all(|g| g.len() == 5), "{a}");
    }
}

//! What makes an item itself: the sender's id, or its content.

use std::collections::HashMap;

use model::ProjectId;
use store::DedupeKey;

/// Longer ids are replaced by their hash: they would still be told apart.
const LONGEST: usize = 128;

/// Hash of an item as it was sent; everything below is derived from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    pub fn of(raw: &str) -> Self {
        Digest(*blake3::hash(raw.as_bytes()).as_bytes())
    }
}

/// Equal items of one request that carry no id are told apart by their order.
#[derive(Debug, Default)]
pub(crate) struct Twins(HashMap<[u8; 32], u32>);

impl Twins {
    /// The id of an item that has none: the same again only for the same content in the same
    /// surroundings (page, session). An item without a time of its own could honestly repeat, so
    /// `unique` makes it different.
    pub fn id(&mut self, digest: Digest, surroundings: &[&str], unique: Option<i64>) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&digest.0);
        for part in surroundings {
            hasher.update(&(part.len() as u32).to_le_bytes()).update(part.as_bytes());
        }
        if let Some(unique) = unique {
            hasher.update(&unique.to_le_bytes());
        }
        let seen = self.0.entry(*hasher.finalize().as_bytes()).or_default();
        if *seen > 0 {
            hasher.update(&seen.to_le_bytes());
        }
        *seen += 1;
        format!("h_{}", hex::encode(&hasher.finalize().as_bytes()[..16]))
    }
}

/// The sender's own id in a form that can be kept.
pub(crate) fn given(id: &str) -> String {
    if id.len() <= LONGEST {
        return id.to_owned();
    }
    format!("l_{}", hex::encode(&blake3::hash(id.as_bytes()).as_bytes()[..16]))
}

/// The same key as [`DedupeKey::new`] with the hash of the body that is already there.
pub(crate) fn dedupe(project: ProjectId, event_id: &str, digest: Digest) -> DedupeKey {
    let body = u32::from_le_bytes([digest.0[0], digest.0[1], digest.0[2], digest.0[3]]);
    DedupeKey { body, ..DedupeKey::new(project, event_id, b"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_content_and_surroundings() {
        let digest = Digest::of("{}");
        let id = |d, s: &[&str]| Twins::default().id(d, s, None);
        assert_eq!(id(digest, &["page"]), id(digest, &["page"]));
        assert_ne!(id(digest, &["page"]), id(digest, &["other"]));
        assert_ne!(id(digest, &["ab", "c"]), id(digest, &["a", "bc"]));
        assert_ne!(id(digest, &[]), id(Digest::of("[]"), &[]));
        let mut twins = Twins::default();
        let both = [twins.id(digest, &[], None), twins.id(digest, &[], None)];
        assert_ne!(both[0], both[1]);
        let mut again = Twins::default();
        assert_eq!(both, [again.id(digest, &[], None), again.id(digest, &[], None)]);
        assert_ne!(
            Twins::default().id(digest, &[], Some(1)),
            Twins::default().id(digest, &[], Some(2))
        );
    }

    #[test]
    fn the_key_is_the_one_the_inbox_would_make() {
        let made = dedupe(ProjectId(3), "e1", Digest::of("body"));
        assert_eq!(made, DedupeKey::new(ProjectId(3), "e1", b"body"));
    }
}

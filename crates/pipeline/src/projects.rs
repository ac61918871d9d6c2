use std::sync::Arc;

use model::{Project, ProjectKey};

/// The projects and keys in force. A lookup is cheap and never blocks: implementations answer
/// from an immutable snapshot.
pub trait Projects: Send + Sync {
    /// By a public key, a secret key, or the id of a signing key (which proves nothing by itself).
    fn by_key(&self, key: &str) -> Option<(Arc<Project>, Arc<ProjectKey>)>;

    /// Notes that a key was used just now.
    fn touch(&self, key_id: i64);
}

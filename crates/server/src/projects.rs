use std::sync::Arc;

use model::{Project, ProjectKey};
use pipeline::Projects;
use store::Control;

/// The control plane's directory, as the pipeline asks for it.
pub struct Directory(pub Control);

impl Projects for Directory {
    fn by_key(&self, key: &str) -> Option<(Arc<Project>, Arc<ProjectKey>)> {
        self.0.directory().by_key(key)
    }

    fn touch(&self, key_id: i64) {
        self.0.touch_key(key_id);
    }
}

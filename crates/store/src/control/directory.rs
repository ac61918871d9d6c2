use std::collections::HashMap;
use std::sync::Arc;

use model::origin::origin_matches;
use model::{Project, ProjectId, ProjectKey};
use rusqlite::Connection;

use super::{ControlError, MasterKey, TokenKey, keys, projects, random, realtime};

/// All projects and usable keys at one moment.
#[derive(Debug, Default)]
pub struct Directory {
    projects: HashMap<ProjectId, Arc<Project>>,
    slugs: HashMap<String, ProjectId>,
    keys: HashMap<[u8; 32], (Arc<Project>, Arc<ProjectKey>)>,
    key_ids: HashMap<i64, Arc<ProjectKey>>,
    /// By the id that a token's header names; two projects may use the same.
    token_keys: HashMap<String, Vec<Arc<TokenKey>>>,
    token_keys_of: HashMap<ProjectId, Vec<Arc<TokenKey>>>,
}

impl Directory {
    pub(super) fn load(db: &Connection, master: &MasterKey) -> Result<Directory, ControlError> {
        let mut by_project: HashMap<ProjectId, Vec<keys::Usable>> = HashMap::new();
        for usable in keys::usable(db, master)? {
            by_project.entry(usable.project).or_default().push(usable);
        }
        let mut directory = Directory::default();
        for mut project in projects::snapshots(db, master)? {
            let usable = by_project.remove(&project.id).unwrap_or_default();
            project.signing = usable
                .iter()
                .filter(|u| u.key.signing_secret.is_some())
                .map(|u| u.key.clone())
                .collect();
            let project = Arc::new(project);
            for u in usable {
                let key = Arc::new(u.key);
                directory.key_ids.insert(key.id, Arc::clone(&key));
                directory.keys.insert(u.lookup, (Arc::clone(&project), key));
            }
            directory.slugs.insert(project.slug.clone(), project.id);
            directory.projects.insert(project.id, project);
        }
        for key in realtime::token_keys_in_force(db, master)? {
            let key = Arc::new(key);
            directory.token_keys_of.entry(key.project).or_default().push(Arc::clone(&key));
            directory.token_keys.entry(key.kid.clone()).or_default().push(key);
        }
        Ok(directory)
    }

    /// The project and key behind what a caller presents: a public key, a secret key, or the id
    /// of a signing key. Look at the key's kind (an id proves nothing) and its expiry.
    pub fn by_key(&self, key: &str) -> Option<(Arc<Project>, Arc<ProjectKey>)> {
        self.keys.get(&random::sha256(key)).cloned()
    }

    /// A key in force, by its row.
    pub fn key(&self, id: i64) -> Option<&Arc<ProjectKey>> {
        self.key_ids.get(&id)
    }

    /// The token keys in force that have this id, of whichever projects.
    pub fn token_keys(&self, kid: &str) -> &[Arc<TokenKey>] {
        self.token_keys.get(kid).map_or(&[], Vec::as_slice)
    }

    /// All token keys in force of one project.
    pub fn token_keys_of(&self, project: ProjectId) -> &[Arc<TokenKey>] {
        self.token_keys_of.get(&project).map_or(&[], Vec::as_slice)
    }

    pub fn project(&self, id: ProjectId) -> Option<Arc<Project>> {
        self.projects.get(&id).cloned()
    }

    pub fn by_slug(&self, slug: &str) -> Option<Arc<Project>> {
        self.project(*self.slugs.get(slug)?)
    }

    /// Whether any project or key allows pages of this origin.
    pub fn knows_origin(&self, origin: &str) -> bool {
        let of_projects = self.projects.values().map(|p| &p.settings.access.origins);
        let of_keys = self.keys.values().map(|(_, key)| &key.origins);
        of_projects.chain(of_keys).flatten().any(|entry| origin_matches(entry, origin))
    }

    pub fn projects(&self) -> impl Iterator<Item = &Arc<Project>> {
        self.projects.values()
    }
}

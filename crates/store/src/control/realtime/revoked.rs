use std::collections::HashMap;

use model::{Millis, ProjectId};

use super::NewRevocation;

/// What is revoked at the moment, for every verification to look at. Bounded by what
/// [`super::Control`] lets into the table.
#[derive(Debug, Default)]
pub struct Revoked {
    tokens: HashMap<ProjectId, HashMap<String, Entry>>,
    users: HashMap<ProjectId, HashMap<String, Entry>>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    since: Millis,
    expires_at: Millis,
}

impl Revoked {
    /// Whether a token with these claims was taken back. One without a time of issue counts as
    /// issued before everything.
    pub fn covers(
        &self,
        project: ProjectId,
        token_id: Option<&str>,
        user_id: Option<&str>,
        issued_at: Millis,
    ) -> bool {
        let find = |of: &HashMap<ProjectId, HashMap<String, Entry>>, name: Option<&str>| {
            of.get(&project).zip(name).and_then(|(all, name)| all.get(name)).copied()
        };
        find(&self.tokens, token_id).is_some()
            || find(&self.users, user_id).is_some_and(|entry| issued_at <= entry.since)
    }

    pub(super) fn add(
        &mut self,
        project: ProjectId,
        what: &NewRevocation,
        since: Millis,
        expires_at: Millis,
    ) {
        let (of, name) = match what {
            NewRevocation::Token(id) => (&mut self.tokens, id),
            NewRevocation::User(id) => (&mut self.users, id),
        };
        of.entry(project).or_default().insert(name.clone(), Entry { since, expires_at });
    }

    pub(super) fn forget(&mut self, now: Millis) {
        for of in [&mut self.tokens, &mut self.users] {
            of.retain(|_, all| {
                all.retain(|_, entry| entry.expires_at > now);
                !all.is_empty()
            });
        }
    }
}

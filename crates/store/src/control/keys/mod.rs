mod check;
mod rows;

use model::{KeyKind, Millis, ProjectId, Scope};
use rusqlite::{Connection, params};
use serde::Serialize;

use super::{Actor, Change, Control, ControlError, audit, projects, random};
use check::check;
use rows::{find, info, kind_name, sealed_row};

pub(super) use rows::{Usable, usable};

const MAX_KEYS: i64 = 100;

/// A key as operators see it: never the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyInfo {
    pub id: i64,
    pub name: String,
    pub kind: KeyKind,
    pub scopes: Vec<Scope>,
    pub origins: Vec<String>,
    pub env: Option<String>,
    /// The whole of a public key; of others the prefix and the last four.
    pub display: String,
    /// Of signing keys: what a signature names.
    pub key_id: Option<String>,
    pub created_at: Millis,
    pub expires_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
    pub last_used_at: Option<Millis>,
}

#[derive(Debug, Clone)]
pub struct NewKey {
    pub name: String,
    pub kind: KeyKind,
    /// `None`: both kinds of ingest.
    pub scopes: Option<Vec<Scope>>,
    pub origins: Vec<String>,
    pub env: Option<String>,
    pub expires_at: Option<Millis>,
}

/// The one moment a secret is in the clear.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    pub info: KeyInfo,
    pub secret: String,
}

impl Control {
    pub fn keys(&self, project: ProjectId) -> Result<Vec<KeyInfo>, ControlError> {
        let mut keys = self.read(|db| {
            let mut all =
                db.prepare_cached("SELECT * FROM api_key WHERE project_id = ? ORDER BY id DESC")?;
            let keys = all.query_map([project.0], info)?.collect::<Result<Vec<_>, _>>()?;
            Ok(keys)
        })?;
        let touched = self.touched();
        for key in &mut keys {
            key.last_used_at = key.last_used_at.max(touched.key(key.id));
        }
        Ok(keys)
    }

    pub fn create_key(
        &self,
        by: &Actor,
        project: ProjectId,
        new: NewKey,
    ) -> Result<IssuedKey, ControlError> {
        let now = self.now();
        self.change(|tx| {
            let owner = projects::find(tx, project)?;
            check(&new, &owner.environments, now)?;
            let in_force: i64 = tx.query_row(
                "SELECT count(*) FROM api_key WHERE project_id = ? AND revoked_at IS NULL",
                [project.0],
                |row| row.get(0),
            )?;
            if in_force >= MAX_KEYS {
                return Err(ControlError::Conflict(format!("{MAX_KEYS} keys in force at most")));
            }
            let issued = self.issue(tx, project, &new)?;
            note(tx, now, by, &owner.slug, "key.create", (None, Some(&issued.info)))?;
            projects::bump(tx, project)?;
            Ok(issued)
        })
    }

    /// Issues a successor with the same rights; the old key stays in force for `grace`.
    pub fn rotate_key(
        &self,
        by: &Actor,
        project: ProjectId,
        id: i64,
        grace: Millis,
    ) -> Result<IssuedKey, ControlError> {
        let now = self.now();
        self.change(|tx| {
            let owner = projects::find(tx, project)?;
            let old = find(tx, project, id)?;
            if old.revoked_at.is_some() || old.expires_at.is_some_and(|at| at <= now) {
                return Err(ControlError::Conflict("the key is no longer in force".into()));
            }
            let successor = NewKey {
                name: old.name.clone(),
                kind: old.kind,
                scopes: Some(old.scopes.clone()),
                origins: old.origins.clone(),
                env: old.env.clone(),
                expires_at: old.expires_at,
            };
            let issued = self.issue(tx, project, &successor)?;
            let ends = old.expires_at.unwrap_or(Millis::MAX).min(now.saturating_add(grace));
            let revoked = (grace == 0).then_some(now);
            tx.execute(
                "UPDATE api_key SET expires_at = ?, revoked_at = ? WHERE id = ?",
                params![ends, revoked, id],
            )?;
            note(tx, now, by, &owner.slug, "key.rotate", (Some(&old), Some(&issued.info)))?;
            projects::bump(tx, project)?;
            Ok(issued)
        })
    }

    /// At once and for good; a second time changes nothing.
    pub fn revoke_key(&self, by: &Actor, project: ProjectId, id: i64) -> Result<(), ControlError> {
        let now = self.now();
        self.change(|tx| {
            let owner = projects::find(tx, project)?;
            let old = find(tx, project, id)?;
            if old.revoked_at.is_some() {
                return Ok(());
            }
            tx.execute("UPDATE api_key SET revoked_at = ? WHERE id = ?", params![now, id])?;
            let new = find(tx, project, id)?;
            note(tx, now, by, &owner.slug, "key.revoke", (Some(&old), Some(&new)))?;
            projects::bump(tx, project)
        })
    }

    fn issue(
        &self,
        tx: &Connection,
        project: ProjectId,
        new: &NewKey,
    ) -> Result<IssuedKey, ControlError> {
        let (secret, key_id) = match new.kind {
            KeyKind::Public => (format!("sbp_{}", random::hex::<16>()), None),
            KeyKind::Secret => (format!("sbs_{}", random::hex::<24>()), None),
            KeyKind::Signing => (
                format!("sbh_{}", random::hex::<32>()),
                Some(format!("sbk_{}", random::hex::<8>())),
            ),
        };
        let display = match new.kind {
            KeyKind::Public => secret.clone(),
            _ => format!("{}…{}", &secret[..4], &secret[secret.len() - 4..]),
        };
        tx.execute(
            "INSERT INTO api_key (project_id, name, kind, scopes, origins, env, lookup, display, \
             key_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                project.0,
                new.name,
                kind_name(new.kind),
                serde_json::to_string(&new.scopes.clone().unwrap_or_else(default_scopes))?,
                serde_json::to_string(&new.origins)?,
                new.env,
                random::sha256(key_id.as_deref().unwrap_or(&secret)),
                display,
                key_id,
                self.now(),
                new.expires_at,
            ],
        )?;
        let id = tx.last_insert_rowid();
        if new.kind == KeyKind::Signing {
            let raw = hex::decode(&secret[4..]).map_err(|_| ControlError::Sealed)?;
            let sealed = self.master_key().seal(&sealed_row(id), &raw)?;
            tx.execute("UPDATE api_key SET sealed = ? WHERE id = ?", params![sealed, id])?;
        }
        Ok(IssuedKey { info: find(tx, project, id)?, secret })
    }
}

fn note(
    tx: &Connection,
    now: Millis,
    by: &Actor,
    slug: &str,
    action: &str,
    sides: (Option<&KeyInfo>, Option<&KeyInfo>),
) -> Result<(), ControlError> {
    let json = |key: Option<&KeyInfo>| key.map(serde_json::to_value).transpose();
    let (before, after) = sides;
    let target = before.or(after).map(|key| format!("key:{}", key.id)).unwrap_or_default();
    let (before, after) = (json(before)?, json(after)?);
    audit::record(tx, now, by, Change { action, target, project: Some(slug), before, after })
}

fn default_scopes() -> Vec<Scope> {
    vec![Scope::IngestEvents, Scope::IngestLogs]
}

use model::{Millis, ProjectId};
use rusqlite::{Connection, OptionalExtension, params};

use super::check::check;
use super::rows::{find, info, sealed_row};
use super::{TokenKeyInfo, TokenMaterial};
use crate::control::{Actor, Change, Control, ControlError, audit, projects, random};

const MAX_TOKEN_KEYS: i64 = 20;

#[derive(Debug, Clone)]
pub struct NewTokenKey {
    pub name: String,
    /// `None`: one is made up.
    pub kid: Option<String>,
    /// `None`: a new HS256 secret.
    pub material: Option<TokenMaterial>,
}

#[derive(Debug, Clone)]
pub struct IssuedTokenKey {
    pub info: TokenKeyInfo,
    /// Only if it was made here. Its text, as it stands, is the HS256 secret.
    pub secret: Option<String>,
}

impl Control {
    /// All token keys of a project, also revoked ones, newest first.
    pub fn token_keys(&self, project: ProjectId) -> Result<Vec<TokenKeyInfo>, ControlError> {
        let mut keys = self.read(|db| {
            let mut all =
                db.prepare_cached("SELECT * FROM token_key WHERE project_id = ? ORDER BY id DESC")?;
            let keys = all.query_map([project.0], info)?.collect::<Result<Vec<_>, _>>()?;
            Ok(keys)
        })?;
        let touched = self.touched();
        for key in &mut keys {
            key.last_used_at = key.last_used_at.max(touched.token_key(key.id));
        }
        Ok(keys)
    }

    pub fn create_token_key(
        &self,
        by: &Actor,
        project: ProjectId,
        new: NewTokenKey,
    ) -> Result<IssuedTokenKey, ControlError> {
        check(&new)?;
        let now = self.now();
        let secret = new.material.is_none().then(|| format!("sbt_{}", random::hex::<32>()));
        let made = || TokenMaterial::Hs256(secret.clone().unwrap_or_default().into_bytes());
        let material = new.material.clone().unwrap_or_else(made);
        let kid = new.kid.clone().unwrap_or_else(|| format!("tk_{}", random::hex::<8>()));
        self.change(|tx| {
            let slug = projects::find(tx, project)?.slug;
            refuse_too_many(tx, project)?;
            refuse_taken(tx, project, &kid)?;
            tx.execute(
                "INSERT INTO token_key (project_id, kid, name, algorithm, material, created_at) \
                 VALUES (?, ?, ?, ?, x'', ?)",
                params![project.0, kid, new.name, material.algorithm().name(), now],
            )?;
            let id = tx.last_insert_rowid();
            let (stored, exponent) = match &material {
                TokenMaterial::Hs256(secret) => {
                    (self.master_key().seal(&sealed_row(id), secret)?, None)
                }
                TokenMaterial::Rs256 { n, e } => (n.clone(), Some(e.clone())),
                TokenMaterial::EdDsa(point) => (point.to_vec(), None),
            };
            tx.execute(
                "UPDATE token_key SET material = ?, exponent = ? WHERE id = ?",
                params![stored, exponent, id],
            )?;
            let made = find(tx, project, id)?;
            note(tx, now, by, &slug, "token_key.create", (None, Some(&made)))?;
            Ok(IssuedTokenKey { info: made, secret: secret.clone() })
        })
    }

    /// At once and for good; a second time changes nothing.
    pub fn revoke_token_key(
        &self,
        by: &Actor,
        project: ProjectId,
        id: i64,
    ) -> Result<(), ControlError> {
        let now = self.now();
        self.change(|tx| {
            let slug = projects::find(tx, project)?.slug;
            let old = find(tx, project, id)?;
            if old.revoked_at.is_some() {
                return Ok(());
            }
            tx.execute("UPDATE token_key SET revoked_at = ? WHERE id = ?", params![now, id])?;
            let new = find(tx, project, id)?;
            note(tx, now, by, &slug, "token_key.revoke", (Some(&old), Some(&new)))
        })
    }
}

fn refuse_too_many(db: &Connection, project: ProjectId) -> Result<(), ControlError> {
    let in_force: i64 = db.query_row(
        "SELECT count(*) FROM token_key WHERE project_id = ? AND revoked_at IS NULL",
        [project.0],
        |row| row.get(0),
    )?;
    if in_force < MAX_TOKEN_KEYS {
        return Ok(());
    }
    Err(ControlError::Conflict(format!("{MAX_TOKEN_KEYS} token keys in force at most")))
}

/// Also of a revoked key: its tokens must not come back to life.
fn refuse_taken(db: &Connection, project: ProjectId, kid: &str) -> Result<(), ControlError> {
    let taken = "SELECT 1 FROM token_key WHERE project_id = ? AND kid = ?";
    if db.query_row(taken, params![project.0, kid], |_| Ok(())).optional()?.is_none() {
        return Ok(());
    }
    Err(ControlError::Conflict(format!("the id {kid:?} is taken")))
}

fn note(
    tx: &Connection,
    now: Millis,
    by: &Actor,
    slug: &str,
    action: &str,
    sides: (Option<&TokenKeyInfo>, Option<&TokenKeyInfo>),
) -> Result<(), ControlError> {
    let json = |key: Option<&TokenKeyInfo>| key.map(serde_json::to_value).transpose();
    let (before, after) = sides;
    let target = before.or(after).map(|key| format!("token_key:{}", key.id)).unwrap_or_default();
    let (before, after) = (json(before)?, json(after)?);
    audit::record(tx, now, by, Change { action, target, project: Some(slug), before, after })
}

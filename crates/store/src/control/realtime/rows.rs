use model::{Millis, ProjectId};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::{TokenAlgorithm, TokenMaterial};
use crate::control::{ControlError, MasterKey};

/// A token key as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenKeyInfo {
    pub id: i64,
    /// What the header of a token names.
    pub kid: String,
    pub name: String,
    pub algorithm: TokenAlgorithm,
    pub created_at: Millis,
    pub revoked_at: Option<Millis>,
    pub last_used_at: Option<Millis>,
}

/// A token key in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey {
    pub id: i64,
    pub project: ProjectId,
    pub kid: String,
    pub material: TokenMaterial,
}

pub(in crate::control) fn in_force(
    db: &Connection,
    master: &MasterKey,
) -> Result<Vec<TokenKey>, ControlError> {
    let mut all = db.prepare_cached("SELECT * FROM token_key WHERE revoked_at IS NULL")?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let info = info(row)?;
        let project = ProjectId(row.get("project_id")?);
        let material = material(row, &info, master)?;
        found.push(TokenKey { id: info.id, project, kid: info.kid, material });
    }
    Ok(found)
}

fn material(
    row: &Row<'_>,
    info: &TokenKeyInfo,
    master: &MasterKey,
) -> Result<TokenMaterial, ControlError> {
    let stored: Vec<u8> = row.get("material")?;
    Ok(match info.algorithm {
        TokenAlgorithm::Hs256 => TokenMaterial::Hs256(master.open(&sealed_row(info.id), &stored)?),
        TokenAlgorithm::Rs256 => TokenMaterial::Rs256 { n: stored, e: row.get("exponent")? },
        TokenAlgorithm::EdDsa => {
            TokenMaterial::EdDsa(stored.try_into().map_err(|_| ControlError::Sealed)?)
        }
    })
}

pub(super) fn find(
    db: &Connection,
    project: ProjectId,
    id: i64,
) -> Result<TokenKeyInfo, ControlError> {
    let mut one = db.prepare_cached("SELECT * FROM token_key WHERE project_id = ? AND id = ?")?;
    let found = one.query_row([project.0, id], info).optional()?;
    found.ok_or(ControlError::NotFound("token key"))
}

pub(super) fn info(row: &Row<'_>) -> rusqlite::Result<TokenKeyInfo> {
    let algorithm: String = row.get("algorithm")?;
    let unknown = || rusqlite::Error::InvalidColumnName("algorithm".to_owned());
    Ok(TokenKeyInfo {
        id: row.get("id")?,
        kid: row.get("kid")?,
        name: row.get("name")?,
        // A guess would check signatures by other rules than were agreed on.
        algorithm: TokenAlgorithm::parse(&algorithm).ok_or_else(unknown)?,
        created_at: row.get("created_at")?,
        revoked_at: row.get("revoked_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

pub(super) fn sealed_row(id: i64) -> String {
    format!("token_key/{id}")
}

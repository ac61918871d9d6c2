use model::{KeyKind, ProjectId, ProjectKey};
use rusqlite::{Connection, OptionalExtension, Row};

use super::KeyInfo;
use crate::control::{ControlError, MasterKey};

/// A key in force, as the directory needs it.
pub(in crate::control) struct Usable {
    pub project: ProjectId,
    pub lookup: [u8; 32],
    pub key: ProjectKey,
}

/// Keys that are not revoked, newest first; expiry is for the reader's clock to judge.
pub(in crate::control) fn usable(
    db: &Connection,
    master: &MasterKey,
) -> Result<Vec<Usable>, ControlError> {
    let mut all =
        db.prepare_cached("SELECT * FROM api_key WHERE revoked_at IS NULL ORDER BY id DESC")?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key = info(row)?;
        let sealed: Option<Vec<u8>> = row.get("sealed")?;
        let signing_secret =
            sealed.map(|sealed| master.open(&sealed_row(key.id), &sealed)).transpose()?;
        found.push(Usable {
            project: ProjectId(row.get("project_id")?),
            lookup: row.get("lookup")?,
            key: ProjectKey {
                id: key.id,
                kind: key.kind,
                scopes: key.scopes,
                origins: key.origins,
                env: key.env,
                expires_at: key.expires_at,
                signing_secret,
            },
        });
    }
    Ok(found)
}

pub(super) fn find(db: &Connection, project: ProjectId, id: i64) -> Result<KeyInfo, ControlError> {
    let mut one = db.prepare_cached("SELECT * FROM api_key WHERE project_id = ? AND id = ?")?;
    one.query_row([project.0, id], info).optional()?.ok_or(ControlError::NotFound("key"))
}

pub(super) fn info(row: &Row<'_>) -> rusqlite::Result<KeyInfo> {
    let kind: String = row.get("kind")?;
    let (scopes, origins): (String, String) = (row.get("scopes")?, row.get("origins")?);
    Ok(KeyInfo {
        id: row.get("id")?,
        name: row.get("name")?,
        kind: match kind.as_str() {
            "secret" => KeyKind::Secret,
            "signing" => KeyKind::Signing,
            _ => KeyKind::Public,
        },
        // What cannot be read grants nothing.
        scopes: serde_json::from_str(&scopes).unwrap_or_default(),
        origins: serde_json::from_str(&origins).unwrap_or_default(),
        env: row.get("env")?,
        display: row.get("display")?,
        key_id: row.get("key_id")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

pub(super) const fn kind_name(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Public => "public",
        KeyKind::Secret => "secret",
        KeyKind::Signing => "signing",
    }
}

pub(super) fn sealed_row(id: i64) -> String {
    format!("key/{id}")
}

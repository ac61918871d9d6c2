use model::ProjectId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{OperatorInfo, Role};
use crate::control::ControlError;

pub(in crate::control) fn find(db: &Connection, id: i64) -> Result<OperatorInfo, ControlError> {
    let mut one = db.prepare_cached("SELECT * FROM operator WHERE id = ?")?;
    let found = one.query_row([id], bare).optional()?;
    with_projects(db, found.ok_or(ControlError::NotFound("operator"))?)
}

pub(super) fn bare(row: &Row<'_>) -> rusqlite::Result<OperatorInfo> {
    let role: String = row.get("role")?;
    Ok(OperatorInfo {
        id: row.get("id")?,
        username: row.get("username")?,
        role: Role::parse(&role),
        projects: Vec::new(),
        disabled: row.get("disabled")?,
        must_change_password: row.get("must_change")?,
        created_at: row.get("created_at")?,
        last_login_at: row.get("last_login_at")?,
    })
}

pub(super) fn with_projects(
    db: &Connection,
    operator: OperatorInfo,
) -> Result<OperatorInfo, ControlError> {
    let mut all = db.prepare_cached(
        "SELECT project_id FROM membership WHERE operator_id = ? ORDER BY project_id",
    )?;
    let projects =
        all.query_map([operator.id], |row| row.get(0).map(ProjectId))?.collect::<Result<_, _>>()?;
    Ok(OperatorInfo { projects, ..operator })
}

pub(super) fn write_projects(
    db: &Connection,
    id: i64,
    projects: &[ProjectId],
) -> Result<(), ControlError> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO membership VALUES (?, ?)")?;
    for project in projects {
        insert.execute(params![id, project.0])?;
    }
    Ok(())
}

mod rows;

use model::{Millis, ProjectId};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::{Actor, Change, Control, ControlError, PasswordHash, audit, sessions};
use rows::{bare, with_projects, write_projects};

pub use model::Role;
pub(super) use rows::find;

const MAX_OPERATORS: i64 = 1000;

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorInfo {
    pub id: i64,
    pub username: String,
    pub role: Role,
    /// Memberships; an admin needs none.
    pub projects: Vec<ProjectId>,
    pub disabled: bool,
    pub must_change_password: bool,
    pub created_at: Millis,
    #[serde(skip)]
    pub last_login_at: Option<Millis>,
}

impl OperatorInfo {
    pub fn may_read(&self, project: ProjectId) -> bool {
        self.role == Role::Admin || self.projects.contains(&project)
    }

    pub fn may_write(&self, project: ProjectId) -> bool {
        self.role >= Role::Operator && self.may_read(project)
    }
}

#[derive(Debug, Clone)]
pub struct NewOperator {
    pub username: String,
    pub password: PasswordHash,
    pub role: Role,
    pub projects: Vec<ProjectId>,
    /// The password was made by somebody else.
    pub must_change_password: bool,
}

#[derive(Debug, Clone, Default)]
pub struct OperatorChange {
    pub role: Option<Role>,
    pub projects: Option<Vec<ProjectId>>,
    pub disabled: Option<bool>,
}

impl Control {
    pub fn operators(&self) -> Result<Vec<OperatorInfo>, ControlError> {
        self.read(|db| {
            let mut all = db.prepare_cached("SELECT * FROM operator ORDER BY username")?;
            let found = all.query_map([], bare)?.collect::<Result<Vec<_>, _>>()?;
            found.into_iter().map(|o| with_projects(db, o)).collect()
        })
    }

    pub fn operator(&self, id: i64) -> Result<OperatorInfo, ControlError> {
        self.read(|db| find(db, id))
    }

    /// The operator and what to compare a password with. An unknown or disabled one is compared
    /// with nobody's hash, so that the answer takes as long and says as much.
    pub fn credentials(
        &self,
        username: &str,
    ) -> Result<(Option<OperatorInfo>, PasswordHash), ControlError> {
        let username = canonical(username);
        self.read(|db| {
            let mut one = db.prepare_cached(
                "SELECT id, password FROM operator WHERE username = ? AND NOT disabled",
            )?;
            let found: Option<(i64, String)> =
                one.query_row([username], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            match found {
                Some((id, hash)) => Ok((Some(find(db, id)?), PasswordHash::from_stored(hash))),
                None => Ok((None, PasswordHash::nobody())),
            }
        })
    }

    pub fn create_operator(
        &self,
        by: &Actor,
        new: NewOperator,
    ) -> Result<OperatorInfo, ControlError> {
        let username = canonical(&new.username);
        check_username(&username)?;
        let now = self.now();
        self.write(|tx| {
            let count: i64 = tx.query_row("SELECT count(*) FROM operator", [], |r| r.get(0))?;
            if count >= MAX_OPERATORS {
                return Err(ControlError::Conflict(format!("{MAX_OPERATORS} operators at most")));
            }
            let taken = "SELECT 1 FROM operator WHERE username = ?";
            if tx.query_row(taken, [&username], |_| Ok(())).optional()?.is_some() {
                return Err(ControlError::Conflict(format!("user name {username:?} is taken")));
            }
            tx.execute(
                "INSERT INTO operator (username, password, role, disabled, must_change, \
                 created_at) VALUES (?, ?, ?, 0, ?, ?)",
                params![
                    username,
                    new.password.as_str(),
                    new.role.name(),
                    new.must_change_password,
                    now
                ],
            )?;
            let id = tx.last_insert_rowid();
            write_projects(tx, id, &new.projects)?;
            let operator = find(tx, id)?;
            note(tx, now, by, "operator.create", (None, Some(&operator)))?;
            Ok(operator)
        })
    }

    pub fn update_operator(
        &self,
        by: &Actor,
        id: i64,
        change: OperatorChange,
    ) -> Result<OperatorInfo, ControlError> {
        let now = self.now();
        self.write_identities(|tx| {
            let before = find(tx, id)?;
            if let Some(role) = change.role {
                tx.execute("UPDATE operator SET role = ? WHERE id = ?", params![role.name(), id])?;
            }
            if let Some(disabled) = change.disabled {
                tx.execute("UPDATE operator SET disabled = ? WHERE id = ?", params![disabled, id])?;
                if disabled {
                    sessions::end_all(tx, id, None)?;
                }
            }
            if let Some(projects) = &change.projects {
                tx.execute("DELETE FROM membership WHERE operator_id = ?", [id])?;
                write_projects(tx, id, projects)?;
            }
            keep_an_admin(tx)?;
            let after = find(tx, id)?;
            note(tx, now, by, "operator.update", (Some(&before), Some(&after)))?;
            Ok(after)
        })
    }

    pub fn delete_operator(&self, by: &Actor, id: i64) -> Result<(), ControlError> {
        let now = self.now();
        self.write_identities(|tx| {
            let before = find(tx, id)?;
            tx.execute("DELETE FROM operator WHERE id = ?", [id])?;
            keep_an_admin(tx)?;
            note(tx, now, by, "operator.delete", (Some(&before), None))
        })
    }

    /// A new password ends every session except `keep`. `must_change` when somebody else set it.
    pub fn set_password(
        &self,
        by: &Actor,
        id: i64,
        password: &PasswordHash,
        must_change: bool,
        keep: Option<i64>,
    ) -> Result<(), ControlError> {
        let now = self.now();
        self.write_identities(|tx| {
            let operator = find(tx, id)?;
            tx.execute(
                "UPDATE operator SET password = ?, must_change = ? WHERE id = ?",
                params![password.as_str(), must_change, id],
            )?;
            sessions::end_all(tx, id, keep)?;
            let action = if must_change { "operator.reset_password" } else { "auth.password" };
            let target = format!("operator:{}", operator.username);
            audit::record(tx, now, by, Change { action, target, ..Change::default() })
        })
    }
}

/// Checked after a change, inside its transaction: nobody may lock everybody out.
fn keep_an_admin(db: &Connection) -> Result<(), ControlError> {
    let left: i64 = db.query_row(
        "SELECT count(*) FROM operator WHERE role = 'admin' AND NOT disabled",
        [],
        |row| row.get(0),
    )?;
    if left > 0 {
        return Ok(());
    }
    Err(ControlError::Conflict("the last admin cannot be removed, disabled or demoted".into()))
}

fn note(
    tx: &Connection,
    now: Millis,
    by: &Actor,
    action: &str,
    sides: (Option<&OperatorInfo>, Option<&OperatorInfo>),
) -> Result<(), ControlError> {
    let json = |o: Option<&OperatorInfo>| o.map(serde_json::to_value).transpose();
    let (before, after) = sides;
    let target = before.or(after).map(|o| format!("operator:{}", o.username)).unwrap_or_default();
    let (before, after) = (json(before)?, json(after)?);
    audit::record(tx, now, by, Change { action, target, project: None, before, after })
}

/// User names are compared without case.
pub(super) fn canonical(username: &str) -> String {
    username.trim().to_lowercase()
}

fn check_username(name: &str) -> Result<(), ControlError> {
    let fits = (2..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@-".contains(&b));
    // These are what the audit trail calls actors who are not operators.
    if fits && !matches!(name, "system" | "anonymous") {
        return Ok(());
    }
    Err(ControlError::invalid("username", "2 to 64 of a-z, 0-9 and . _ @ -, and not reserved"))
}

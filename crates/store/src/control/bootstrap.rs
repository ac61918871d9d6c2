//! The first admin. There is no default password: a random one is made, told once, and must be
//! changed before anything else.

use model::ProjectId;

use super::{Actor, Control, ControlError, NewOperator, OperatorInfo, PasswordHash, Role, random};

/// For the binary to print, once. The server never logs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimePassword {
    pub username: String,
    pub password: String,
}

impl Control {
    /// Creates `admin` if there is no operator at all.
    pub fn bootstrap_admin(&self) -> Result<Option<OneTimePassword>, ControlError> {
        let any: bool = self.read(|db| {
            Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM operator)", [], |row| row.get(0))?)
        })?;
        if any { Ok(None) } else { self.create_admin("admin").map(Some) }
    }

    /// An admin with a one-time password, for the command line.
    pub fn create_admin(&self, username: &str) -> Result<OneTimePassword, ControlError> {
        self.invite(&Actor::system(), username, Role::Admin, Vec::new()).map(|(_, once)| once)
    }

    /// An operator with a one-time password.
    pub fn invite(
        &self,
        by: &Actor,
        username: &str,
        role: Role,
        projects: Vec<ProjectId>,
    ) -> Result<(OperatorInfo, OneTimePassword), ControlError> {
        let password = random::password();
        let new = NewOperator {
            username: username.to_owned(),
            password: PasswordHash::of(&password, username)?,
            role,
            projects,
            must_change_password: true,
        };
        let operator = self.create_operator(by, new)?;
        let username = operator.username.clone();
        Ok((operator, OneTimePassword { username, password }))
    }

    /// Replaces an operator's password by a one-time one and ends their sessions.
    pub fn reset_password(&self, by: &Actor, id: i64) -> Result<OneTimePassword, ControlError> {
        let username = self.operator(id)?.username;
        let password = random::password();
        self.set_password(by, id, &PasswordHash::of(&password, &username)?, true, None)?;
        Ok(OneTimePassword { username, password })
    }
}

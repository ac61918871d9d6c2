use model::identity::is_id;
use model::{Millis, ProjectId};
use rusqlite::{Connection, params};

use super::Revoked;
use crate::control::{Actor, Change, Control, ControlError, audit, projects};

/// How long a token may live at most.
pub const MAX_TOKEN_MS: Millis = 15 * 60_000;
/// And where a project allows long ones: nothing that is revoked must be remembered for ever.
pub const LONGEST_TOKEN_MS: Millis = 30 * 24 * 3_600_000;
/// Beyond the expiry, a token is still accepted for the leeway between clocks.
const SLACK_MS: Millis = 60_000;

/// Of one project; beyond it, revoking the key is the answer.
const MAX_REVOCATIONS: i64 = 10_000;

/// What is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewRevocation {
    /// One token, by its `jti`.
    Token(String),
    /// Every token of a user that was issued until now.
    User(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    pub since: Millis,
    /// When every token it covers has expired by itself.
    pub expires_at: Millis,
}

impl NewRevocation {
    const fn kind(&self) -> &'static str {
        match self {
            NewRevocation::Token(_) => "token",
            NewRevocation::User(_) => "user",
        }
    }

    fn subject(&self) -> &str {
        match self {
            NewRevocation::Token(id) | NewRevocation::User(id) => id,
        }
    }
}

impl Control {
    /// `shown` stands for the subject in the audit trail, which outlives the person.
    pub fn revoke_tokens(
        &self,
        by: &Actor,
        project: ProjectId,
        what: &NewRevocation,
        shown: &str,
    ) -> Result<Revocation, ControlError> {
        if !is_id(what.subject()) {
            let field = if what.kind() == "user" { "userId" } else { "tokenId" };
            let problem = "1 to 128 bytes without control characters";
            return Err(ControlError::invalid(field, problem));
        }
        let now = self.now();
        let longest = match self.directory().project(project) {
            Some(p) if p.settings.realtime.allow_long_tokens => LONGEST_TOKEN_MS,
            _ => MAX_TOKEN_MS,
        };
        let expires_at = now + longest + SLACK_MS;
        self.write(|tx| {
            let slug = projects::find(tx, project)?.slug;
            refuse_too_many(tx, project, now)?;
            tx.execute(
                "INSERT OR REPLACE INTO revocation (project_id, kind, subject, since, expires_at) \
                 VALUES (?, ?, ?, ?, ?)",
                params![project.0, what.kind(), what.subject(), now, expires_at],
            )?;
            let target = format!("{}:{shown}", what.kind());
            let project = Some(slug.as_str());
            let change = Change { action: "realtime.revoke", target, project, ..Change::default() };
            audit::record(tx, now, by, change)
        })?;
        self.revoked_mut().add(project, what, now, expires_at);
        self.identities_changed();
        Ok(Revocation { since: now, expires_at })
    }

    /// Whether a token with these claims was revoked.
    pub fn is_revoked(
        &self,
        project: ProjectId,
        token_id: Option<&str>,
        user_id: Option<&str>,
        issued_at: Millis,
    ) -> bool {
        self.revoked().covers(project, token_id, user_id, issued_at)
    }

    pub(in crate::control) fn sweep_revocations(&self) -> Result<usize, ControlError> {
        let now = self.now();
        self.revoked_mut().forget(now);
        self.write(|tx| Ok(tx.execute("DELETE FROM revocation WHERE expires_at <= ?", [now])?))
    }
}

pub(in crate::control) fn load(db: &Connection, now: Millis) -> Result<Revoked, ControlError> {
    let mut all = db.prepare_cached("SELECT * FROM revocation WHERE expires_at > ?")?;
    let mut rows = all.query([now])?;
    let mut revoked = Revoked::default();
    while let Some(row) = rows.next()? {
        let (kind, subject): (String, String) = (row.get("kind")?, row.get("subject")?);
        let what = match kind.as_str() {
            "token" => NewRevocation::Token(subject),
            _ => NewRevocation::User(subject),
        };
        let project = ProjectId(row.get("project_id")?);
        revoked.add(project, &what, row.get("since")?, row.get("expires_at")?);
    }
    Ok(revoked)
}

fn refuse_too_many(db: &Connection, project: ProjectId, now: Millis) -> Result<(), ControlError> {
    let count: i64 = db.query_row(
        "SELECT count(*) FROM revocation WHERE project_id = ? AND expires_at > ?",
        [project.0, now],
        |row| row.get(0),
    )?;
    if count < MAX_REVOCATIONS {
        return Ok(());
    }
    let detail = format!("{MAX_REVOCATIONS} revocations at most; revoke the key instead");
    Err(ControlError::Conflict(detail))
}

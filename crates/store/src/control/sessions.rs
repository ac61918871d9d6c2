//! Signed-in browsers. The token is random and stored as a hash; the CSRF token is derived from
//! it, so that knowing the database gives neither.

use model::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Actor, Change, Control, ControlError, OperatorInfo, audit, operators, random};

/// A login beyond this many ends the operator's oldest session.
const MAX_PER_OPERATOR: i64 = 20;
/// How stale `seen_at` may become before it is worth a note.
const TOUCH_EVERY: Millis = 60_000;

/// How long a session lives: since it was last used, and at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    pub idle_ms: Millis,
    pub max_ms: Millis,
}

/// What the cookie carries.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    pub id: i64,
    pub operator: i64,
    pub ip_prefix: String,
    pub user_agent: String,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub expires_at: Millis,
}

impl Control {
    pub fn start_session(
        &self,
        by: &Actor,
        operator: i64,
        user_agent: &str,
        limits: SessionLimits,
    ) -> Result<(SessionToken, SessionInfo), ControlError> {
        let token = random::hex::<32>();
        let now = self.now();
        let user_agent: String = user_agent.chars().take(200).collect();
        let id = self.write(|tx| {
            let username = operators::find(tx, operator)?.username;
            tx.execute(
                "INSERT INTO session (token, operator_id, ip_prefix, user_agent, created_at, \
                 seen_at) VALUES (?, ?, ?, ?, ?, ?)",
                params![random::sha256(&token), operator, by.ip_prefix, user_agent, now, now],
            )?;
            let id = tx.last_insert_rowid();
            tx.execute(
                "DELETE FROM session WHERE operator_id = ?1 AND id NOT IN (SELECT id FROM session \
                 WHERE operator_id = ?1 ORDER BY id DESC LIMIT ?2)",
                params![operator, MAX_PER_OPERATOR],
            )?;
            let seen = "UPDATE operator SET last_login_at = ? WHERE id = ?";
            tx.execute(seen, params![now, operator])?;
            let target = format!("operator:{username}");
            let login = Change { action: "auth.login", target, ..Change::default() };
            audit::record(tx, now, by, login)?;
            Ok(id)
        })?;
        let session = self.read(|db| find(db, "id = ?", id))?;
        let session = session.ok_or(ControlError::NotFound("session"))?;
        Ok((SessionToken(token), limits.apply(session)))
    }

    /// The session behind a token and its operator, if both are still good. Slides the expiry.
    pub fn session(
        &self,
        token: &str,
        limits: SessionLimits,
    ) -> Result<Option<(SessionInfo, OperatorInfo)>, ControlError> {
        let found = self.read(|db| {
            let Some(session) = find(db, "token = ?", random::sha256(token))? else {
                return Ok(None);
            };
            let operator = operators::find(db, session.operator)?;
            Ok(Some((session, operator)))
        })?;
        let Some((mut session, operator)) = found else { return Ok(None) };
        let now = self.now();
        session.seen_at = session.seen_at.max(self.touched().session(session.id).unwrap_or(0));
        if operator.disabled || limits.apply(session.clone()).expires_at <= now {
            return Ok(None);
        }
        if now - session.seen_at >= TOUCH_EVERY {
            self.touch_session(session.id);
            session.seen_at = now;
        }
        Ok(Some((limits.apply(session), operator)))
    }

    /// Newest first, without those that have expired.
    pub fn sessions(
        &self,
        operator: i64,
        limits: SessionLimits,
    ) -> Result<Vec<SessionInfo>, ControlError> {
        let mut all = self.read(|db| {
            let mut all =
                db.prepare_cached("SELECT * FROM session WHERE operator_id = ? ORDER BY id DESC")?;
            let all = all.query_map([operator], info)?.collect::<Result<Vec<_>, _>>()?;
            Ok(all)
        })?;
        let (now, touched) = (self.now(), self.touched());
        for session in &mut all {
            session.seen_at = session.seen_at.max(touched.session(session.id).unwrap_or(0));
            session.expires_at = limits.apply(session.clone()).expires_at;
        }
        all.retain(|session| session.expires_at > now);
        Ok(all)
    }

    /// Ends one session of an operator; `action` says whether by logout or from another browser.
    pub fn end_session(
        &self,
        by: &Actor,
        operator: i64,
        id: i64,
        action: &str,
    ) -> Result<(), ControlError> {
        let now = self.now();
        self.write(|tx| {
            let ended = tx.execute(
                "DELETE FROM session WHERE id = ? AND operator_id = ?",
                params![id, operator],
            )?;
            if ended == 0 {
                return Err(ControlError::NotFound("session"));
            }
            let target = format!("session:{id}");
            audit::record(tx, now, by, Change { action, target, ..Change::default() })
        })
    }

    pub(super) fn sweep_sessions(&self, limits: SessionLimits) -> Result<usize, ControlError> {
        let now = self.now();
        self.write(|tx| {
            Ok(tx.execute(
                "DELETE FROM session WHERE seen_at <= ? OR created_at <= ?",
                params![now - limits.idle_ms, now - limits.max_ms],
            )?)
        })
    }
}

/// What a page sends with everything that is not a GET.
pub fn csrf_token(session_token: &str) -> String {
    hex::encode(random::sha256(&format!("signalbox-csrf\0{session_token}")))
}

pub(super) fn end_all(
    db: &Connection,
    operator: i64,
    keep: Option<i64>,
) -> Result<(), ControlError> {
    let keep = keep.unwrap_or(0);
    db.execute("DELETE FROM session WHERE operator_id = ? AND id <> ?", params![operator, keep])?;
    Ok(())
}

impl SessionLimits {
    fn apply(self, session: SessionInfo) -> SessionInfo {
        let expires_at = (session.seen_at + self.idle_ms).min(session.created_at + self.max_ms);
        SessionInfo { expires_at, ..session }
    }
}

fn find(
    db: &Connection,
    condition: &str,
    value: impl rusqlite::ToSql,
) -> Result<Option<SessionInfo>, ControlError> {
    let mut one = db.prepare_cached(&format!("SELECT * FROM session WHERE {condition}"))?;
    Ok(one.query_row([value], info).optional()?)
}

fn info(row: &Row<'_>) -> rusqlite::Result<SessionInfo> {
    Ok(SessionInfo {
        id: row.get("id")?,
        operator: row.get("operator_id")?,
        ip_prefix: row.get("ip_prefix")?,
        user_agent: row.get("user_agent")?,
        created_at: row.get("created_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: 0,
    })
}

//! Who changed what, when and from where. Entries are only ever added; triggers in the schema
//! refuse everything else, whoever asks.

use model::Millis;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params, params_from_iter};
use serde_json::Value;

use super::redact::{diff, redact};
use super::{Control, ControlError, meta};

/// On whose behalf something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// A user name, `key:…ab12` for a machine, or `system`.
    pub name: String,
    /// /24 or /48; the full address is not kept.
    pub ip_prefix: String,
    pub request_id: String,
}

impl Actor {
    /// The binary itself: bootstrap, commands, housekeeping.
    pub fn system() -> Self {
        let name = "system".to_owned();
        Actor { name, ip_prefix: String::new(), request_id: String::new() }
    }
}

/// What an entry says, besides who and when. `before` and `after` are whole documents; only what
/// differs between them is kept, and nothing that looks like a secret.
#[derive(Debug, Clone, Default)]
pub struct Change<'a> {
    /// `noun.verb`, as in `key.rotate`.
    pub action: &'a str,
    pub target: String,
    /// Slug.
    pub project: Option<&'a str>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub id: i64,
    pub ts: Millis,
    pub actor: String,
    pub action: String,
    pub target: String,
    pub project: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub ip_prefix: String,
    pub request_id: String,
}

/// Newest first; `before_id` continues after a page.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    pub project: Option<String>,
    pub actor: Option<String>,
    /// Exact, or every action of a noun with a trailing dot: `key.`.
    pub action: Option<String>,
    pub from: Option<Millis>,
    pub to: Option<Millis>,
    /// Text anywhere in the target, the actor or the documents.
    pub text: Option<String>,
    pub before_id: Option<i64>,
    pub limit: usize,
}

impl Control {
    /// For changes that happen outside the control plane (erasure, exports).
    pub fn audit(&self, by: &Actor, change: Change<'_>) -> Result<(), ControlError> {
        let now = self.now();
        self.write(|tx| record(tx, now, by, change))
    }

    pub fn audit_log(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, ControlError> {
        self.read_slowly(|db| search(db, query))
    }

    /// Deletes entries older than the audit's own retention and says so in the trail.
    pub fn purge_audit(&self, older_than: Millis) -> Result<i64, ControlError> {
        let now = self.now();
        self.write(|tx| {
            let old: i64 =
                tx.query_row("SELECT count(*) FROM audit WHERE ts < ?", [older_than], |r| {
                    r.get(0)
                })?;
            if old == 0 {
                return Ok(0);
            }
            meta::set(tx, "audit_floor", &older_than.to_string())?;
            tx.execute("DELETE FROM audit WHERE ts < ?", [older_than])?;
            let after = Some(serde_json::json!({ "entries": old, "olderThan": older_than }));
            let target = "audit".to_owned();
            let change = Change { action: "audit.purge", target, after, ..Change::default() };
            record(tx, now, &Actor::system(), change)?;
            Ok(old)
        })
    }
}

pub(super) fn record(
    tx: &Connection,
    now: Millis,
    by: &Actor,
    change: Change<'_>,
) -> Result<(), ControlError> {
    let (before, after) = diff(change.before, change.after);
    tx.prepare_cached(
        "INSERT INTO audit (ts, actor, action, target, project, before, after, ip_prefix, \
         request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        now,
        by.name,
        change.action,
        change.target,
        change.project,
        before.map(|v| redact(v).to_string()),
        after.map(|v| redact(v).to_string()),
        by.ip_prefix,
        by.request_id,
    ])?;
    Ok(())
}

fn search(db: &Connection, query: &AuditQuery) -> Result<Vec<AuditEntry>, ControlError> {
    let mut sql = String::from("SELECT * FROM audit WHERE 1");
    let mut values: Vec<Sql> = Vec::new();
    let mut also = |condition: &str, value: Option<Sql>| {
        if let Some(value) = value {
            values.push(value);
            let number = format!("?{}", values.len());
            sql.push_str(&condition.replace('?', &number));
        }
    };
    let text = |s: &Option<String>| s.clone().map(Sql::Text);
    also(" AND project = ?", text(&query.project));
    also(" AND actor = ?", text(&query.actor));
    let action = query.action.as_deref().unwrap_or_default();
    if action.ends_with('.') {
        also(" AND action LIKE ? ESCAPE '\\'", Some(Sql::Text(format!("{}%", escape(action)))));
    } else {
        also(" AND action = ?", text(&query.action));
    }
    also(" AND ts >= ?", query.from.map(Sql::Integer));
    also(" AND ts < ?", query.to.map(Sql::Integer));
    also(" AND id < ?", query.before_id.map(Sql::Integer));
    let pattern = query.text.as_deref().map(|t| Sql::Text(format!("%{}%", escape(t))));
    also(
        " AND (target LIKE ? ESCAPE '\\' OR actor LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\' \
         OR before LIKE ? ESCAPE '\\' OR after LIKE ? ESCAPE '\\')",
        pattern,
    );
    also(" ORDER BY id DESC LIMIT ?", Some(Sql::Integer(query.limit.min(1000) as i64)));
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let json = |text: Option<String>| text.and_then(|t| serde_json::from_str(&t).ok());
    Ok(AuditEntry {
        id: row.get("id")?,
        ts: row.get("ts")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        target: row.get("target")?,
        project: row.get("project")?,
        before: json(row.get("before")?),
        after: json(row.get("after")?),
        ip_prefix: row.get("ip_prefix")?,
        request_id: row.get("request_id")?,
    })
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_can_be_neither_changed_nor_deleted_nor_replaced() {
        let dir = tempfile::tempdir().expect("dir");
        let clock = std::sync::Arc::new(model::ManualClock::at(1000));
        let path = dir.path().join("control.db");
        let control = Control::open(&path, crate::MasterKey::generate(), clock).expect("open");
        let change = Change { action: "test.done", ..Change::default() };
        control.audit(&Actor::system(), change).expect("recorded");
        for sql in [
            "UPDATE audit SET actor = 'nobody'",
            "DELETE FROM audit",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        ] {
            let refused = control.write(|tx| Ok(tx.execute(sql, [])?)).expect_err(sql).to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        assert_eq!(control.purge_audit(1000).expect("purge"), 0, "not older than the floor");
        assert_eq!(control.purge_audit(1001).expect("purge"), 1);
    }
}

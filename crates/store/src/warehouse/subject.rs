//! One person's data: handed out or erased on request.

use duckdb::{Connection, params};
use model::ProjectId;
use serde::Serialize;

use super::lists::{by_text, collect};
use super::{RecordingRow, Warehouse, WarehouseError, rows};
use crate::query::QueryError;

/// What was erased of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    pub events: u64,
    pub logs: u64,
    pub recordings: u64,
    /// Files of recordings that the caller has to remove.
    #[serde(skip)]
    pub files: Vec<String>,
}

/// Rows of the person, and rows without a user in the sessions that were theirs alone: what
/// happened before they signed in is theirs too.
pub(super) fn own(project: &str, user: &str) -> String {
    format!(
        "project = {project} AND (user_id = {user} OR (user_id = '' AND session <> '' \
         AND session IN (SELECT session FROM events WHERE project = {project} AND user_id <> '' \
         GROUP BY session HAVING min(user_id) = {user} AND max(user_id) = {user})))"
    )
}

/// Logs have no user column; agents that know the user send one of these keys.
const OWN_LOGS: &str = "project = $1 AND extra <> '' AND \
    (TRY(json_extract_string(extra, '/userId')) = $2 OR TRY(json_extract_string(extra, '/user')) = $2)";

impl Warehouse {
    /// Erases a person by pseudonym. What is still in the inbox has to be moved before.
    pub async fn erase_user(&self, project: ProjectId, user: &str) -> Result<Erased, QueryError> {
        if user.is_empty() {
            return Err(QueryError::invalid("user", "must not be empty"));
        }
        let (warehouse, user) = (self.clone(), user.to_owned());
        let work = tokio::task::spawn_blocking(move || warehouse.erase(project, &user));
        match work.await {
            Ok(erased) => erased.map_err(|error| QueryError::Engine(error.to_string())),
            Err(panic) => Err(QueryError::Engine(panic.to_string())),
        }
    }

    fn erase(&self, project: ProjectId, user: &str) -> Result<Erased, WarehouseError> {
        let mut writer = self.writer();
        let change = writer.db.unchecked_transaction()?;
        let bound = params![project.0, user];
        let own = own("$1", "$2");
        let sql = format!("SELECT DISTINCT file FROM recordings WHERE {own} ORDER BY file");
        let mut select = change.prepare(&sql)?;
        let files = select.query_map(bound, |row| row.get(0))?.collect::<Result<_, _>>()?;
        let delete = |table: &str, rows: &str| {
            change.execute(&format!("DELETE FROM {table} WHERE {rows}"), bound).map(|n| n as u64)
        };
        // Recordings first: whose they are is read from the events.
        let recordings = delete("recordings", &own)?;
        let events = delete("events", &own)?;
        let logs = delete("logs", OWN_LOGS)?;
        change.commit()?;
        writer.deleted = true;
        writer.checkpoint()?;
        Ok(Erased { events, logs, recordings, files })
    }

    /// The segments of a person's recordings, for an export.
    pub async fn user_recordings(
        &self,
        project: ProjectId,
        user: &str,
    ) -> Result<Vec<RecordingRow>, QueryError> {
        let user = user.to_owned();
        self.read(move |db| segments(db, project, &user)).await
    }
}

fn segments(
    db: &Connection,
    project: ProjectId,
    user: &str,
) -> Result<Vec<RecordingRow>, QueryError> {
    let text = format!(
        "SELECT {} FROM recordings WHERE {} ORDER BY ts, rowseq LIMIT 10000",
        rows::RECORDING,
        own("$1", "$2")
    );
    collect(db, &by_text(project, user, text), rows::recording)
}

use model::settings::Retention;
use model::{ProjectId, ProjectSettings};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Actor, Change, Control, ControlError, FieldProblem, audit, projects};

/// A settings document and the version its ETag is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionedSettings {
    pub settings: ProjectSettings,
    pub version: i64,
}

impl Control {
    /// How long what is kept. Of deleted projects nothing, except the ledger that counts what
    /// was received: their ids are never used again, so whatever carries one is theirs.
    pub fn retention(&self) -> Result<Vec<(ProjectId, Retention)>, ControlError> {
        let directory = self.directory();
        let last: Option<i64> = self.read(|db| {
            let mut one =
                db.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'project'")?;
            Ok(one.query_row([], |row| row.get(0)).optional()?)
        })?;
        let gone = Retention {
            events_days: 0,
            errors_days: 0,
            logs_days: 0,
            recordings_days: 0,
            ..Retention::default()
        };
        let ids = (1..=last.unwrap_or(0)).map(ProjectId);
        let wish =
            |id| directory.project(id).map_or(gone.clone(), |p| p.settings.retention.clone());
        Ok(ids.map(|id| (id, wish(id))).collect())
    }

    pub fn settings(&self, id: ProjectId) -> Result<VersionedSettings, ControlError> {
        self.read(|db| find(db, id))
    }

    /// Replaces the document; with `expected`, only if that is still its version.
    pub fn put_settings(
        &self,
        by: &Actor,
        id: ProjectId,
        settings: ProjectSettings,
        expected: Option<i64>,
    ) -> Result<VersionedSettings, ControlError> {
        check(&settings)?;
        let now = self.now();
        self.change(|tx| {
            let slug = projects::find(tx, id)?.slug;
            let before = find(tx, id)?;
            if expected.is_some_and(|version| version != before.version) {
                return Err(ControlError::Stale { current: before.version });
            }
            if before.settings == settings {
                return Ok(before);
            }
            tx.execute(
                "UPDATE project SET settings = ?, settings_version = settings_version + 1 \
                 WHERE id = ?",
                params![serde_json::to_string(&settings)?, id.0],
            )?;
            projects::bump(tx, id)?;
            let change = Change {
                action: "settings.update",
                target: format!("project:{slug}"),
                project: Some(&slug),
                before: Some(serde_json::to_value(&before.settings)?),
                after: Some(serde_json::to_value(&settings)?),
            };
            audit::record(tx, now, by, change)?;
            Ok(VersionedSettings { settings, version: before.version + 1 })
        })
    }
}

pub(super) fn check(settings: &ProjectSettings) -> Result<(), ControlError> {
    settings.validate().map_err(|problems| {
        let named = |p: model::settings::SettingsError| FieldProblem {
            field: p.field.to_owned(),
            problem: p.problem,
        };
        ControlError::Invalid(problems.into_iter().map(named).collect())
    })
}

fn find(db: &Connection, id: ProjectId) -> Result<VersionedSettings, ControlError> {
    let mut one =
        db.prepare_cached("SELECT settings, settings_version FROM project WHERE id = ?")?;
    let found: Option<(String, i64)> =
        one.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (settings, version) = found.ok_or(ControlError::NotFound("project"))?;
    Ok(VersionedSettings { settings: serde_json::from_str(&settings)?, version })
}

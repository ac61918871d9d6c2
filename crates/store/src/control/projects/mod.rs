mod check;

use model::{Millis, Project, ProjectId, ProjectSettings};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::{Actor, Change, Control, ControlError, MasterKey, audit, random};
use check::{check_environments, check_slug};

pub(super) use check::check_name;

const MAX_PROJECTS: i64 = 1000;

/// A project as operators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectInfo {
    pub id: ProjectId,
    pub slug: String,
    pub name: String,
    pub demo: bool,
    pub environments: Vec<String>,
    pub created_at: Millis,
}

#[derive(Debug, Clone, Default)]
pub struct NewProject {
    /// For good: keys, links and tickets name it.
    pub slug: String,
    pub name: String,
    /// Empty: production, staging and development.
    pub environments: Vec<String>,
    /// Its data is generated, not real.
    pub demo: bool,
    pub settings: ProjectSettings,
}

#[derive(Debug, Clone, Default)]
pub struct ProjectChange {
    pub name: Option<String>,
    pub environments: Option<Vec<String>>,
}

impl Control {
    pub fn projects(&self) -> Result<Vec<ProjectInfo>, ControlError> {
        self.read(|db| {
            let mut all = db.prepare_cached("SELECT * FROM project ORDER BY slug")?;
            let found = all.query_map([], bare)?.collect::<Result<Vec<_>, _>>()?;
            found.into_iter().map(|p| with_environments(db, p)).collect()
        })
    }

    pub fn project(&self, id: ProjectId) -> Result<ProjectInfo, ControlError> {
        self.read(|db| find(db, id))
    }

    pub fn create_project(&self, by: &Actor, new: NewProject) -> Result<ProjectInfo, ControlError> {
        check_slug(&new.slug)?;
        check_name(&new.name)?;
        let environments = if new.environments.is_empty() {
            ["production", "staging", "development"].map(str::to_owned).to_vec()
        } else {
            new.environments
        };
        check_environments(&environments)?;
        super::settings::check(&new.settings)?;
        let now = self.now();
        self.change(|tx| {
            let count: i64 = tx.query_row("SELECT count(*) FROM project", [], |r| r.get(0))?;
            if count >= MAX_PROJECTS {
                return Err(ControlError::Conflict(format!("{MAX_PROJECTS} projects at most")));
            }
            let taken = "SELECT 1 FROM project WHERE slug = ?";
            if tx.query_row(taken, [&new.slug], |_| Ok(())).optional()?.is_some() {
                return Err(ControlError::Conflict(format!("slug {:?} is taken", new.slug)));
            }
            tx.execute(
                "INSERT INTO project (slug, name, demo, settings, settings_version, version, \
                 salt, created_at) VALUES (?, ?, ?, ?, 1, 1, x'', ?)",
                params![new.slug, new.name, new.demo, serde_json::to_string(&new.settings)?, now],
            )?;
            let id = ProjectId(tx.last_insert_rowid());
            let salt = self.master_key().seal(&salt_row(id), &random::bytes::<32>())?;
            tx.execute("UPDATE project SET salt = ? WHERE id = ?", params![salt, id.0])?;
            write_environments(tx, id, &environments)?;
            let project = find(tx, id)?;
            note(tx, now, by, "project.create", None, Some(&project))?;
            Ok(project)
        })
    }

    pub fn update_project(
        &self,
        by: &Actor,
        id: ProjectId,
        change: ProjectChange,
    ) -> Result<ProjectInfo, ControlError> {
        let now = self.now();
        self.change(|tx| {
            let before = find(tx, id)?;
            if let Some(name) = &change.name {
                check_name(name)?;
                tx.execute("UPDATE project SET name = ? WHERE id = ?", params![name, id.0])?;
            }
            if let Some(environments) = &change.environments {
                check_environments(environments)?;
                refuse_orphaned_keys(tx, id, environments)?;
                tx.execute("DELETE FROM environment WHERE project_id = ?", [id.0])?;
                write_environments(tx, id, environments)?;
            }
            bump(tx, id)?;
            let after = find(tx, id)?;
            note(tx, now, by, "project.update", Some(&before), Some(&after))?;
            Ok(after)
        })
    }

    /// Removes the project with its keys, environments and memberships. Its telemetry is the
    /// warehouse's to forget: whatever belongs to no project in the directory.
    pub fn delete_project(&self, by: &Actor, id: ProjectId) -> Result<(), ControlError> {
        let now = self.now();
        self.change(|tx| {
            let before = find(tx, id)?;
            tx.execute("DELETE FROM project WHERE id = ?", [id.0])?;
            note(tx, now, by, "project.delete", Some(&before), None)
        })
    }
}

/// What the directory shows, without keys.
pub(super) fn snapshots(db: &Connection, master: &MasterKey) -> Result<Vec<Project>, ControlError> {
    let mut all = db.prepare_cached("SELECT * FROM project ORDER BY id")?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = ProjectId(row.get("id")?);
        let sealed: Vec<u8> = row.get("salt")?;
        let salt = master.open(&salt_row(id), &sealed)?;
        let settings: String = row.get("settings")?;
        found.push(Project {
            id,
            slug: row.get("slug")?,
            demo: row.get("demo")?,
            environments: environments(db, id)?,
            settings: serde_json::from_str(&settings)?,
            salt: salt.try_into().map_err(|_| ControlError::Sealed)?,
            signing: Vec::new(),
            version: row.get::<_, i64>("version")?.unsigned_abs(),
        });
    }
    Ok(found)
}

pub(super) fn find(db: &Connection, id: ProjectId) -> Result<ProjectInfo, ControlError> {
    let mut one = db.prepare_cached("SELECT * FROM project WHERE id = ?")?;
    let found = one.query_row([id.0], bare).optional()?;
    with_environments(db, found.ok_or(ControlError::NotFound("project"))?)
}

/// Marks the project as changed, for whoever caches what is derived from it.
pub(super) fn bump(db: &Connection, id: ProjectId) -> Result<(), ControlError> {
    db.execute("UPDATE project SET version = version + 1 WHERE id = ?", [id.0])?;
    Ok(())
}

fn bare(row: &Row<'_>) -> rusqlite::Result<ProjectInfo> {
    Ok(ProjectInfo {
        id: ProjectId(row.get("id")?),
        slug: row.get("slug")?,
        name: row.get("name")?,
        demo: row.get("demo")?,
        environments: Vec::new(),
        created_at: row.get("created_at")?,
    })
}

fn with_environments(db: &Connection, project: ProjectInfo) -> Result<ProjectInfo, ControlError> {
    Ok(ProjectInfo { environments: environments(db, project.id)?, ..project })
}

fn environments(db: &Connection, id: ProjectId) -> Result<Vec<String>, ControlError> {
    let mut all =
        db.prepare_cached("SELECT name FROM environment WHERE project_id = ? ORDER BY position")?;
    Ok(all.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn write_environments(
    db: &Connection,
    id: ProjectId,
    names: &[String],
) -> Result<(), ControlError> {
    let mut insert = db.prepare_cached("INSERT INTO environment VALUES (?, ?, ?)")?;
    for (name, position) in names.iter().zip(0i64..) {
        insert.execute(params![id.0, position, name])?;
    }
    Ok(())
}

/// A key bound to an environment that is gone would send into nowhere.
fn refuse_orphaned_keys(
    db: &Connection,
    id: ProjectId,
    kept: &[String],
) -> Result<(), ControlError> {
    let mut bound = db.prepare_cached(
        "SELECT DISTINCT env FROM api_key WHERE project_id = ? AND env IS NOT NULL \
         AND revoked_at IS NULL",
    )?;
    for env in bound.query_map([id.0], |row| row.get::<_, String>(0))? {
        let env = env?;
        if !kept.contains(&env) {
            return Err(ControlError::Conflict(format!("a key is bound to environment {env:?}")));
        }
    }
    Ok(())
}

fn note(
    tx: &Connection,
    now: Millis,
    by: &Actor,
    action: &str,
    before: Option<&ProjectInfo>,
    after: Option<&ProjectInfo>,
) -> Result<(), ControlError> {
    let slug = before.or(after).map(|p| p.slug.clone()).unwrap_or_default();
    let json = |p: Option<&ProjectInfo>| p.map(serde_json::to_value).transpose();
    let (before, after) = (json(before)?, json(after)?);
    let change =
        Change { action, target: format!("project:{slug}"), project: Some(&slug), before, after };
    audit::record(tx, now, by, change)
}

fn salt_row(id: ProjectId) -> String {
    format!("project/{id}/salt")
}

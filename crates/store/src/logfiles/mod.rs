//! Logs as plain files, for those who look with `tail` and `grep`.
//!
//! `logs/<project>/<number>-<UTC day>.<ext>`. The mover appends before it applies, and the
//! warehouse commits the number and length reached (a *mark*) with the rows. What stands beyond
//! the mark when the process starts was never committed: it is cut off, and written again with
//! the batch. So a line is in the files as often as in the warehouse: once.

mod line;
mod options;
mod project;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use model::{LogEntry, Millis, ProjectId};

pub use options::{LogFileFormat, LogFileOptions};

use project::ProjectFiles;

const MARK_PREFIX: &str = "logfile:";

pub(crate) struct LogFiles {
    root: PathBuf,
    options: LogFileOptions,
    projects: BTreeMap<ProjectId, ProjectFiles>,
    /// Appended to, with the sequence whose commit decides about the lines.
    pending: Option<(i64, BTreeSet<ProjectId>)>,
}

impl LogFiles {
    /// Cuts what was never committed, by the warehouse's marks.
    pub fn open(root: &Path, options: LogFileOptions, marks: &[(String, i64)]) -> io::Result<Self> {
        let mut projects = BTreeMap::new();
        std::fs::create_dir_all(root)?;
        for entry in std::fs::read_dir(root)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|n| n.to_str());
            let Some(project) = name.and_then(|n| n.parse().ok()).map(ProjectId) else { continue };
            let mark = mark_name(project);
            let mark = marks.iter().find(|(name, _)| *name == mark).map(|(_, value)| *value);
            projects.insert(project, ProjectFiles::recover(&path, mark)?);
        }
        Ok(LogFiles { root: root.to_owned(), options, projects, pending: None })
    }

    /// Appends lines and syncs them. Returns the marks that the transaction of `seq` must commit;
    /// [`LogFiles::settle`] must follow.
    pub fn append(
        &mut self,
        seq: i64,
        logs: &[LogEntry],
        now: Millis,
    ) -> io::Result<Vec<(String, i64)>> {
        if !self.options.enabled {
            return Ok(Vec::new());
        }
        let mut by_project: BTreeMap<ProjectId, Vec<u8>> = BTreeMap::new();
        for log in logs {
            let lines = by_project.entry(log.project).or_default();
            line::write(self.options.format, log, lines);
        }
        self.pending = Some((seq, by_project.keys().copied().collect()));
        let mut marks = Vec::new();
        for (project, lines) in by_project {
            let files = match self.projects.entry(project) {
                Entry::Occupied(files) => files.into_mut(),
                Entry::Vacant(slot) => {
                    let directory = self.root.join(project.to_string());
                    slot.insert(ProjectFiles::recover(&directory, None)?)
                }
            };
            marks.push((mark_name(project), files.append(&self.options, &lines, now)?));
        }
        Ok(marks)
    }

    /// The warehouse is at `applied`: either it has the last marks, or the lines are taken back.
    pub fn settle(&mut self, applied: i64) -> io::Result<()> {
        let Some((seq, projects)) = &self.pending else { return Ok(()) };
        for project in projects {
            if let Some(files) = self.projects.get_mut(project) {
                if *seq <= applied {
                    files.commit();
                } else {
                    files.roll_back()?;
                }
            }
        }
        self.pending = None;
        Ok(())
    }

    /// Removes closed files by age and number.
    pub fn purge(&mut self, now: Millis) -> io::Result<()> {
        self.projects.values().try_for_each(|files| files.purge(&self.options, now))
    }
}

fn mark_name(project: ProjectId) -> String {
    format!("{MARK_PREFIX}{project}")
}

#[cfg(test)]
mod tests;

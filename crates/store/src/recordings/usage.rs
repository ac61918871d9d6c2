use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use model::ProjectId;

use super::layout::{self, Day};

/// Bytes per day and project: what the quota goes by.
#[derive(Debug, Default)]
pub(super) struct Usage {
    pub days: BTreeMap<(Day, ProjectId), u64>,
    pub evicted_bytes: u64,
}

impl Usage {
    pub fn total(&self) -> u64 {
        self.days.values().sum()
    }

    pub fn grow(&mut self, name: &str, bytes: u64) {
        if let Some(day) = layout::parse(name) {
            *self.days.entry(day).or_default() += bytes;
        }
    }

    pub fn shrink(&mut self, name: &str, bytes: u64) {
        let held = layout::parse(name).and_then(|day| self.days.get_mut(&day));
        if let Some(held) = held {
            *held = held.saturating_sub(bytes);
        }
    }
}

pub(super) fn measure(root: &Path) -> io::Result<BTreeMap<(Day, ProjectId), u64>> {
    let mut days = BTreeMap::new();
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str());
        let Some(project) = name.and_then(|n| n.parse().ok()).map(ProjectId) else { continue };
        for day in layout::days(&path)? {
            let bytes = crate::disk::directory_bytes(&root.join(layout::day_dir(project, day)))?;
            days.insert((day, project), bytes);
        }
    }
    Ok(days)
}

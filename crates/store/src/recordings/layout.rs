use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Millis, ProjectId, Recording};

/// A UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(i64);

const DAY: Millis = 86_400_000;
/// 9999-12-30, which every time zone still has.
const LAST_DAY: i64 = 2_932_895;

impl Day {
    /// Times that no four-digit year has share its first or last day: a name must come out.
    pub fn of(at: Millis) -> Self {
        Day(at.div_euclid(DAY).clamp(0, LAST_DAY))
    }

    pub fn start(self) -> Millis {
        self.0 * DAY
    }

    pub fn end(self) -> Millis {
        self.start() + DAY
    }

    pub fn parse(name: &str) -> Option<Self> {
        let date: Date = (name.len() == 10).then(|| name.parse().ok())??;
        let start = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Day::of(start.as_millisecond()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = Timestamp::from_millisecond(self.start()).unwrap_or_default();
        start.to_zoned(TimeZone::UTC).date().fmt(f)
    }
}

/// Where a segment goes, relative to the recordings' directory.
pub(crate) fn name_of(recording: &Recording) -> String {
    let hash = |text: &str| hex::encode(&blake3::hash(text.as_bytes()).as_bytes()[..8]);
    let (id, event) = (hash(&recording.recording_id), hash(&recording.event_id));
    format!("{}/{}/{id}/{event}.zst", recording.project, Day::of(recording.ts))
}

/// Project and day of a name; `None` if it is not one of ours, which also keeps `..` out.
pub(super) fn parse(name: &str) -> Option<(Day, ProjectId)> {
    let parts: Vec<&str> = name.split('/').collect();
    let [project, day, id, file] = parts[..] else { return None };
    let hash = |h: &str| h.len() == 16 && h.bytes().all(|b| b.is_ascii_hexdigit());
    let ours = hash(id) && file.strip_suffix(".zst").is_some_and(hash);
    let project = ours.then(|| project.parse().ok())??;
    Some((Day::parse(day)?, ProjectId(project)))
}

pub(super) fn day_dir(project: ProjectId, day: Day) -> PathBuf {
    Path::new(&project.to_string()).join(day.to_string())
}

/// The days that a project's directory holds.
pub(super) fn days(project_dir: &Path) -> io::Result<Vec<Day>> {
    let entries = match std::fs::read_dir(project_dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut days = Vec::new();
    for entry in entries {
        days.extend(entry?.file_name().to_str().and_then(Day::parse));
    }
    Ok(days)
}

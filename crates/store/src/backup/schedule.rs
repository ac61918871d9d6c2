use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use model::Millis;

use super::BackupError;

/// The next moment after `now` at which it is `at` in a place. Where the clocks skip that time,
/// it is the first moment after the gap; where they repeat it, the first of the two.
pub fn next_run(now: Millis, at: Time, zone: &TimeZone) -> Millis {
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    let mut date = now.to_zoned(zone.clone()).date();
    loop {
        let run = date.to_datetime(at).to_zoned(zone.clone());
        let Ok(tomorrow) = date.tomorrow() else { return Millis::MAX };
        match run {
            Ok(run) if run.timestamp() > now => return run.timestamp().as_millisecond(),
            _ => date = tomorrow,
        }
    }
}

/// Removes all but the newest `keep` backups below `root`, and what was broken off. Returns what
/// was removed.
pub fn prune(root: &Path, keep: usize) -> Result<Vec<PathBuf>, BackupError> {
    let mut whole = Vec::new();
    let mut remove = Vec::new();
    for entry in std::fs::read_dir(root).map_err(BackupError::at(root))? {
        let path = entry.map_err(BackupError::at(root))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !is_ours(name.trim_end_matches(".partial")) {
            continue;
        }
        if name.ends_with(".partial") { remove.push(path) } else { whole.push(path) }
    }
    whole.sort_unstable();
    whole.truncate(whole.len().saturating_sub(keep.max(1)));
    remove.extend(whole);
    for path in &remove {
        std::fs::remove_dir_all(path).map_err(BackupError::at(path))?;
    }
    Ok(remove)
}

/// `backup-YYYYMMDD-HHMMSS`: nothing else is ever listed or removed.
pub(super) fn is_ours(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let digits = |part: &str, n| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts[..], ["backup", day, time] if digits(day, 8) && digits(time, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zoned: &str) -> Millis {
        let zoned: jiff::Zoned = zoned.parse().expect("zoned");
        zoned.timestamp().as_millisecond()
    }

    #[test]
    fn the_next_run_is_by_the_clock_on_the_wall() {
        let two = Time::constant(2, 0, 0, 0);
        let shanghai = TimeZone::get("Asia/Shanghai").expect("zone");
        let berlin = TimeZone::get("Europe/Berlin").expect("zone");
        for (zone, now, next) in [
            (&shanghai, "2026-11-21T01:59[Asia/Shanghai]", "2026-11-21T02:00[Asia/Shanghai]"),
            (&shanghai, "2026-11-21T02:00[Asia/Shanghai]", "2026-11-22T02:00[Asia/Shanghai]"),
            // The clocks go from 2 to 3 that night, and from 3 to 2 in autumn.
            (&berlin, "2026-03-29T00:30[Europe/Berlin]", "2026-03-29T03:00[Europe/Berlin]"),
            (&berlin, "2026-10-25T01:30[Europe/Berlin]", "2026-10-25T02:00+02:00[Europe/Berlin]"),
            (&berlin, "2026-10-25T02:00+02:00[Europe/Berlin]", "2026-10-26T02:00[Europe/Berlin]"),
        ] {
            assert_eq!(next_run(at(now), two, zone), at(next), "after {now}");
        }
    }

    #[test]
    fn the_newest_backups_stay_and_foreign_files_too() {
        let root = tempfile::tempdir().expect("dir");
        let names = [
            "backup-20260101-020000",
            "backup-20260102-020000",
            "backup-20260103-020000",
            "backup-20260104-020000.partial",
            "backup-notes",
        ];
        for name in names {
            std::fs::create_dir(root.path().join(name)).expect("created");
        }
        let removed = prune(root.path(), 2).expect("pruned");
        assert_eq!(removed, [root.path().join(names[3]), root.path().join(names[0])]);
        assert!(
            names
                .iter()
                .filter(|n| root.path().join(n).exists())
                .eq([names[1], names[2], names[4]].iter())
        );
    }
}

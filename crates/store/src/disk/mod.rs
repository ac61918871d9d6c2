//! How full the disk is, and what that refuses.
//!
//! A ladder with a rung per kind of item: recordings go first, errors last. Climbing down takes a
//! little more room than climbing up did, so that the ladder does not tremble at an edge.

use std::io;
use std::path::{Path, PathBuf};

use model::Pressure;

use crate::recordings::Recordings;

/// When each rung of [`model::Pressure`] begins, as the share of space that is still free.
#[derive(Debug, Clone, PartialEq)]
pub struct DiskOptions {
    /// Budget for the data directory; 0 takes the whole file system.
    pub max_bytes: u64,
    pub recordings_below: f64,
    pub events_below: f64,
    pub logs_below: f64,
    pub full_below: f64,
}

impl Default for DiskOptions {
    fn default() -> Self {
        DiskOptions {
            max_bytes: 0,
            recordings_below: 0.15,
            events_below: 0.10,
            logs_below: 0.06,
            full_below: 0.03,
        }
    }
}

/// Shares are taken of at most this: 15 % of a large disk is no emergency.
const LARGE_DISK: u64 = 100 << 30;

/// Share of space that must be free beyond a rung's threshold before the rung is left.
const HYSTERESIS: f64 = 0.01;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    pub total_bytes: u64,
    pub free_bytes: u64,
    /// What the data directory holds.
    pub used_bytes: u64,
}

/// Where the figures come from; tests have their own.
pub trait Probe: Send + 'static {
    fn space(&self) -> io::Result<Space>;
}

/// The file system under the data directory, or the budget if that is tighter.
pub(crate) struct FileSystem {
    pub dir: PathBuf,
    pub max_bytes: u64,
    /// Knows its own size: walking a million segments every few seconds would not do.
    pub recordings: Recordings,
}

impl Probe for FileSystem {
    fn space(&self) -> io::Result<Space> {
        let stat = rustix::fs::statvfs(&self.dir)?;
        // Blocks that are reserved for others are neither free to us nor filled by anyone: left
        // out of the whole, as `df` does, or a disk with a large reserve would always seem full.
        let ours = stat.f_blocks.saturating_sub(stat.f_bfree) + stat.f_bavail;
        let total_bytes = ours * stat.f_frsize;
        let free_bytes = stat.f_bavail * stat.f_frsize;
        let recordings = self.dir.join(crate::layout::RECORDINGS);
        let used_bytes = bytes_except(&self.dir, &recordings)? + self.recordings.status().bytes;
        let space = Space { total_bytes, free_bytes, used_bytes };
        Ok(budgeted(space, self.max_bytes))
    }
}

/// A budget is a smaller disk: what is left of it cannot be more than the real one has.
fn budgeted(space: Space, max_bytes: u64) -> Space {
    if max_bytes == 0 || max_bytes >= space.total_bytes {
        return space;
    }
    let left = max_bytes.saturating_sub(space.used_bytes);
    Space { total_bytes: max_bytes, free_bytes: left.min(space.free_bytes), ..space }
}

/// Bytes of all files below a directory. What disappears meanwhile does not count.
pub(crate) fn directory_bytes(dir: &Path) -> io::Result<u64> {
    bytes_except(dir, Path::new(""))
}

fn bytes_except(dir: &Path, left_out: &Path) -> io::Result<u64> {
    let gone = |e: &io::Error| e.kind() == io::ErrorKind::NotFound;
    let entries = match std::fs::read_dir(dir) {
        Err(e) if gone(&e) => return Ok(0),
        entries => entries?,
    };
    let mut bytes = 0;
    for entry in entries {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(meta) if meta.is_dir() && entry.path() == left_out => 0,
            Ok(meta) if meta.is_dir() => bytes_except(&entry.path(), left_out)?,
            Ok(meta) => meta.len(),
            Err(e) if gone(&e) => 0,
            Err(e) => return Err(e),
        };
    }
    Ok(bytes)
}

#[derive(Debug)]
pub(crate) struct Ladder {
    options: DiskOptions,
    rung: Pressure,
}

impl Ladder {
    pub fn new(options: DiskOptions) -> Self {
        Ladder { options, rung: Pressure::None }
    }

    /// Takes a new measurement; returns where the ladder stands now.
    pub fn step(&mut self, space: Space) -> Pressure {
        let whole = space.total_bytes.clamp(1, LARGE_DISK);
        let free = space.free_bytes as f64 / whole as f64;
        let up = self.rung_at(free);
        let down = self.rung_at(free - HYSTERESIS);
        self.rung = up.max(self.rung.min(down));
        self.rung
    }

    fn rung_at(&self, free: f64) -> Pressure {
        let o = &self.options;
        let rungs = [
            (o.full_below, Pressure::Full),
            (o.logs_below, Pressure::Logs),
            (o.events_below, Pressure::Events),
            (o.recordings_below, Pressure::Recordings),
        ];
        rungs.into_iter().find(|(below, _)| free < *below).map_or(Pressure::None, |(_, p)| p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(free: u64) -> Space {
        Space { total_bytes: 1000, free_bytes: free, used_bytes: 0 }
    }

    #[test]
    fn every_rung_is_climbed_at_its_threshold_and_left_a_little_later() {
        let mut ladder = Ladder::new(DiskOptions::default());
        let path = [
            (500, Pressure::None),
            (149, Pressure::Recordings),
            (155, Pressure::Recordings), // Not yet enough to climb down.
            (161, Pressure::None),
            (20, Pressure::Full),
            (35, Pressure::Full),
            (41, Pressure::Logs),
            (65, Pressure::Logs),
            (75, Pressure::Events),
            (115, Pressure::Recordings),
            (900, Pressure::None),
        ];
        for (free, expected) in path {
            assert_eq!(ladder.step(percent(free)), expected, "{free} of 1000 free");
        }
    }

    #[test]
    fn a_large_disk_is_not_full_with_gigabytes_left() {
        let left = |gib: u64| Space { total_bytes: 1 << 40, free_bytes: gib << 30, used_bytes: 0 };
        let step = |gib| Ladder::new(DiskOptions::default()).step(left(gib));
        assert_eq!(step(16), Pressure::None);
        assert_eq!(step(14), Pressure::Recordings);
        assert_eq!(step(2), Pressure::Full);
    }

    #[test]
    fn a_budget_is_a_smaller_disk() {
        let disk = Space { total_bytes: 1000, free_bytes: 400, used_bytes: 90 };
        assert_eq!(budgeted(disk, 0), disk);
        let tight = budgeted(disk, 100);
        assert_eq!((tight.total_bytes, tight.free_bytes), (100, 10));
        let over = budgeted(disk, 50);
        assert_eq!(Ladder::new(DiskOptions::default()).step(over), Pressure::Full);
        // The disk itself may be fuller than the budget knows.
        assert_eq!(budgeted(Space { free_bytes: 3, ..disk }, 500).free_bytes, 3);
    }

    #[test]
    fn the_real_probe_sees_the_directory() {
        let dir = tempfile::tempdir().expect("dir");
        std::fs::create_dir(dir.path().join("in")).expect("created");
        std::fs::write(dir.path().join("in/file"), [0; 100]).expect("written");
        let recordings = Recordings::open(&dir.path().join("recordings"), 0).expect("open");
        let probe = FileSystem { dir: dir.path().to_owned(), max_bytes: 1000, recordings };
        let space = probe.space().expect("space");
        assert_eq!((space.total_bytes, space.used_bytes), (1000, 100));
    }
}

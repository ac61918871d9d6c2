//! The files of one project.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use model::Millis;

use super::LogFileOptions;
use crate::recordings::Day;

/// A mark packs the file's number above its length; both fit for longer than disks last.
const LENGTH_BITS: u32 = 40;
const HOUR: Millis = 3_600_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    number: i64,
    day: Day,
    length: u64,
    /// The next line begins another file.
    closed: bool,
}

impl Place {
    fn behind(number: i64) -> Self {
        Place { number, day: Day::of(0), length: 0, closed: true }
    }

    fn mark(&self) -> i64 {
        (self.number << LENGTH_BITS) | i64::try_from(self.length).unwrap_or(0)
    }
}

pub(super) struct ProjectFiles {
    directory: PathBuf,
    /// Where the next line goes.
    place: Place,
    /// Where it goes if the lines since the last commit are taken back.
    committed: Place,
    extension: String,
    file: Option<File>,
}

impl ProjectFiles {
    /// Goes on at the place that the mark names, and removes what lies beyond.
    pub fn recover(directory: &Path, mark: Option<i64>) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let files = list(directory)?;
        let committed = match (mark, &files[..]) {
            (Some(mark), files) => {
                let (number, length) = (mark >> LENGTH_BITS, mark & ((1 << LENGTH_BITS) - 1));
                let length = length.unsigned_abs();
                let file = files.iter().find(|(n, ..)| *n == number);
                file.map_or(Place::behind(number), |&(_, day, _)| Place {
                    number,
                    day,
                    length,
                    closed: false,
                })
            }
            // Nothing was ever committed. With more than one file, though, the warehouse must be
            // a new one: they stay.
            (None, [] | [(1, ..)]) => Place::behind(0),
            (None, [.., (newest, ..)]) => Place::behind(*newest),
        };
        let extension = files.last().map_or(String::new(), |(.., path)| extension(path));
        let directory = directory.to_owned();
        let mut files =
            ProjectFiles { directory, place: committed, committed, extension, file: None };
        files.roll_back()?;
        Ok(files)
    }

    pub fn append(
        &mut self,
        options: &LogFileOptions,
        lines: &[u8],
        now: Millis,
    ) -> io::Result<i64> {
        let extension = options.format.extension();
        let place = &mut self.place;
        let age_limit = place.day.start() + i64::from(options.rotate_hours) * HOUR;
        let full = place.closed
            || place.length >= options.rotate_bytes
            || now >= age_limit
            || self.extension != extension;
        if full {
            let number = place.number + 1;
            *place = Place { number, day: Day::of(now), length: 0, closed: false };
            self.extension = extension.to_owned();
            self.file = None;
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let name = format!("{:06}-{}.{extension}", place.number, place.day);
                let path = self.directory.join(name);
                let opened = OpenOptions::new().create(true).append(true).open(path)?;
                File::open(&self.directory)?.sync_all()?;
                none.insert(opened)
            }
        };
        file.write_all(lines)?;
        file.sync_data()?;
        place.length += lines.len() as u64;
        Ok(place.mark())
    }

    pub fn commit(&mut self) {
        self.committed = self.place;
    }

    /// Cuts everything behind the committed place.
    pub fn roll_back(&mut self) -> io::Result<()> {
        self.file = None;
        let Place { number, length, closed, .. } = self.committed;
        for (n, _, path) in list(&self.directory)? {
            if n > number {
                std::fs::remove_file(path)?;
            } else if n == number && !closed {
                let file = OpenOptions::new().write(true).open(&path)?;
                let found = file.metadata()?.len();
                if found < length {
                    tracing::warn!(file = %path.display(), "lines of a log file were lost");
                    self.committed.length = found;
                }
                file.set_len(length.min(found))?;
                file.sync_data()?;
            }
        }
        self.place = self.committed;
        Ok(())
    }

    /// Removes all but the current file by age and number.
    pub fn purge(&self, options: &LogFileOptions, now: Millis) -> io::Result<()> {
        let mut closed = list(&self.directory)?;
        closed.retain(|(n, ..)| *n < self.place.number);
        let too_many = closed.len().saturating_sub(options.keep_files as usize);
        let oldest = Day::of(now - i64::from(options.keep_days) * 24 * HOUR);
        for (index, (_, day, path)) in closed.iter().enumerate() {
            if index < too_many || *day < oldest {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Number and day of a file that is ours.
fn parse(path: &Path) -> Option<(i64, Day)> {
    let (number, day) = path.file_stem()?.to_str()?.split_once('-')?;
    Some((number.parse().ok()?, Day::parse(day)?))
}

fn extension(path: &Path) -> String {
    path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_owned()
}

/// Our files in order of their numbers.
fn list(directory: &Path) -> io::Result<Vec<(i64, Day, PathBuf)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        files.extend(parse(&path).map(|(number, day)| (number, day, path)));
    }
    files.sort_unstable();
    Ok(files)
}

use std::path::PathBuf;

use super::Storage;
use super::check::Problems;
use super::section::section;

section! {
    /// The daily backup: a consistent copy while the server runs, verified after it is written.
    Backup {
        /// Whether the server makes backups by itself.
        enabled: bool = true;
        /// Time of day, `HH:MM`. A run missed while the server was down is made up at the next start.
        at: String = "02:00".to_owned();
        /// Time zone of `at`: an IANA name, or empty for the machine's own.
        timezone: String = String::new();
        /// Where the dated directories go; empty: `backups` in the data directory.
        dir: PathBuf = PathBuf::new();
        /// Backups kept; older ones are removed after a new one has been verified.
        keep: u32 = 7;
    }
}

impl Backup {
    pub fn check(&self, problems: &mut Problems<'_>) {
        if self.time().is_none() {
            problems.add("at", format!("{:?} is not a time of day such as 02:00", self.at));
        }
        if !self.timezone.is_empty() && jiff::tz::TimeZone::get(&self.timezone).is_err() {
            problems.add("timezone", format!("{:?} is not an IANA time zone", self.timezone));
        }
        problems.range("keep", self.keep, 1..=3650);
    }

    pub fn time(&self) -> Option<jiff::civil::Time> {
        jiff::civil::Time::strptime("%H:%M", &self.at).ok()
    }

    pub fn root(&self, storage: &Storage) -> PathBuf {
        if self.dir.as_os_str().is_empty() {
            storage.data_dir.join("backups")
        } else {
            self.dir.clone()
        }
    }

    pub fn zone(&self) -> jiff::tz::TimeZone {
        if self.timezone.is_empty() {
            return jiff::tz::TimeZone::system();
        }
        // An unknown name was refused by `check`.
        jiff::tz::TimeZone::get(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

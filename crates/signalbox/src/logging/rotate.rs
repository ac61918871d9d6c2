use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A log file that never exceeds its size: when full it becomes `name.1`, the older ones move up
/// by one, and whatever is beyond `keep` is removed.
pub struct RotatingFile {
    path: PathBuf,
    max: u64,
    keep: u32,
    file: File,
    written: u64,
}

impl RotatingFile {
    pub fn open(path: &Path, max: u64, keep: u32) -> io::Result<RotatingFile> {
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            fs::create_dir_all(parent)?;
        }
        let file = append(path)?;
        let written = file.metadata()?.len();
        Ok(RotatingFile { path: path.to_owned(), max, keep, file, written })
    }

    fn numbered(&self, n: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{n}"));
        name.into()
    }

    fn rotate(&mut self) -> io::Result<()> {
        for n in (1..self.keep).rev() {
            let from = self.numbered(n);
            if from.exists() {
                fs::rename(from, self.numbered(n + 1))?;
            }
        }
        fs::rename(&self.path, self.numbered(1))?;
        self.file = append(&self.path)?;
        self.written = 0;
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

impl Write for RotatingFile {
    /// One call is one line, so a line is never split between two files.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written + line.len() as u64 > self.max {
            self.rotate()?;
        }
        self.file.write_all(line)?;
        self.written += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_stay_within_their_bounds_and_keep_the_newest_lines() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("logs/server.log");
        let mut log = RotatingFile::open(&path, 100, 3).expect("open");
        for n in 0..100 {
            writeln!(&mut LineOnly(&mut log), "line {n:04}").expect("write");
        }
        // Reopening goes on where the last process stopped.
        let mut log = RotatingFile::open(&path, 100, 3).expect("open");
        writeln!(&mut LineOnly(&mut log), "line 0100").expect("write");
        let mut files: Vec<_> = fs::read_dir(dir.path().join("logs"))
            .expect("dir")
            .map(|e| e.expect("entry").path())
            .collect();
        files.sort();
        assert_eq!(files.len(), 4, "{files:?}");
        for file in &files {
            assert!(fs::metadata(file).expect("meta").len() <= 100, "{file:?}");
        }
        let newest = fs::read_to_string(&path).expect("read");
        assert!(newest.ends_with("line 0100\n"), "{newest}");
    }

    /// `writeln!` writes in pieces; the subscriber hands over whole lines, and so does this.
    struct LineOnly<'a>(&'a mut RotatingFile);

    impl std::io::Write for LineOnly<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn write_fmt(&mut self, args: std::fmt::Arguments<'_>) -> io::Result<()> {
            self.0.write_all(args.to_string().as_bytes())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

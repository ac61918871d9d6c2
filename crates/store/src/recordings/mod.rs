//! Segments of screen recordings: files beside the databases, because nobody ever queries them.

use std::path::PathBuf;
use std::sync::Arc;

/// Finds, writes and removes segment files.
#[derive(Debug, Clone)]
pub struct Recordings {
    root: Arc<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("the segment is not kept any more")]
    Gone,
    #[error("the segment is larger than {0} bytes")]
    TooLarge(u64),
    #[error("{0:?} is not the name of a segment")]
    Name(String),
    #[error("segment file: {0}")]
    Io(#[from] std::io::Error),
}

impl Recordings {
    /// The compressed bytes of a segment, named as in its row.
    pub fn read(&self, file: &str, max_bytes: u64) -> Result<Vec<u8>, RecordingError> {
        let path = self.root.join(file);
        let len = match std::fs::metadata(&path) {
            Ok(meta) => meta.len(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(RecordingError::Gone),
            Err(e) => return Err(e.into()),
        };
        if len > max_bytes {
            return Err(RecordingError::TooLarge(max_bytes));
        }
        Ok(std::fs::read(path)?)
    }
}

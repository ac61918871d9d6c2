use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::{Answer, REQUEST, path};

/// An answer is a path or an error in a line; more than this is somebody else's.
const ANSWER_BYTES: u64 = 64 << 10;

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("another process uses the data directory, and no server answers at {path}: {error}")]
    NobodyListens { path: PathBuf, error: io::Error },
    #[error("the server stopped before the backup was finished")]
    Stopped,
    #[error("the server could not make the backup: {0}")]
    Failed(String),
    #[error("the server's answer: {0}")]
    Answer(io::Error),
}

/// Has the running server make a backup in its own backup directory. Blocks until it is verified.
pub fn ask(data_dir: &Path) -> Result<PathBuf, AskError> {
    let path = path(data_dir);
    let connected = UnixStream::connect(&path);
    let mut server = connected.map_err(|error| AskError::NobodyListens { path, error })?;
    let mut line = Vec::new();
    let answered =
        server.write_all(REQUEST).and_then(|()| server.take(ANSWER_BYTES).read_to_end(&mut line));
    // A server that dies resets the connection or just closes it.
    if answered.is_err() || line.is_empty() {
        return Err(AskError::Stopped);
    }
    match Answer::read(&line).map_err(AskError::Answer)? {
        Answer::Made { dir } => Ok(dir),
        Answer::Failed { error } => Err(AskError::Failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    /// What a caller is told by a server that takes the request and then says this.
    fn told(answer: &'static [u8]) -> Result<PathBuf, AskError> {
        let dir = tempfile::tempdir().expect("tempdir");
        let listener = UnixListener::bind(path(dir.path())).expect("socket");
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let (mut caller, _) = listener.accept().expect("caller");
                let mut request = [0; REQUEST.len()];
                caller.read_exact(&mut request).expect("request");
                assert_eq!(request, REQUEST);
                caller.write_all(answer).expect("answer");
            });
            ask(dir.path())
        })
    }

    #[test]
    fn a_server_that_dies_or_fails_is_no_backup() {
        assert!(matches!(told(b""), Err(AskError::Stopped)));
        assert!(matches!(told(b"{\"made\":{\"di"), Err(AskError::Answer(_))));
        let refused = told(b"{\"failed\":{\"error\":\"another backup is being made\"}}\n");
        let refused = refused.expect_err("refused").to_string();
        assert!(refused.ends_with("could not make the backup: another backup is being made"));
        assert_eq!(told(b"{\"made\":{\"dir\":\"/b\"}}\n").expect("made"), Path::new("/b"));
    }
}

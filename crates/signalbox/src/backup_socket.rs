//! How `signalbox backup` asks the server that holds the data directory for a backup.
//!
//! A unix-domain socket in the data directory. Whoever may use that directory could read all the
//! data anyway, so the file system's permissions (0600) and the peer's user are all the
//! authentication there is: no password, no port. Against a request file or a signal it has no
//! polling and no leftovers to interpret, the answer has its way back, and either side learns from
//! the closed connection that the other one died, so that a long backup needs no timeout.

mod ask;
mod serve;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use ask::ask;
pub use serve::BackupSocket;

/// The only request there is. Where the backup goes is the server's own configuration.
const REQUEST: &[u8] = b"backup\n";

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("control.sock")
}

/// One line of JSON, and then the connection is closed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    /// Finished and verified; the path is absolute.
    Made {
        dir: PathBuf,
    },
    Failed {
        error: String,
    },
}

impl Answer {
    fn read(line: &[u8]) -> io::Result<Answer> {
        Ok(serde_json::from_slice(line)?)
    }

    fn line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

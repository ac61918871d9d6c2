use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::child::{Running, free_address};
use crate::error::BenchError;
use crate::ingest::Target;
use crate::wait::until;

/// The peer server, run from this very executable.
pub struct Peer {
    child: Running,
    address: SocketAddr,
    _dir: TempDir,
}

impl Peer {
    pub fn start() -> Result<Self, BenchError> {
        let dir = tempfile::tempdir()?;
        let address = free_address()?;
        let child = Running::start(
            Command::new(std::env::current_exe()?)
                .args(["peer", &address.to_string()])
                .arg(dir.path())
                .stdout(Stdio::null()),
        )?;
        let count = format!("http://{address}/count");
        until("the peer", Duration::from_secs(10), || ureq::get(&count).call().ok())?;
        Ok(Peer { child, address, _dir: dir })
    }
}

impl Target for Peer {
    fn name(&self) -> &'static str {
        "axum + SQLite"
    }

    fn address(&self) -> SocketAddr {
        self.address
    }

    fn pid(&self) -> u32 {
        self.child.pid()
    }

    fn key(&self) -> &str {
        "none"
    }

    /// What is committed is in its one table.
    fn settle(&mut self) -> Result<(), BenchError> {
        Ok(())
    }

    fn stored(&mut self) -> Result<u64, BenchError> {
        let url = format!("http://{}/count", self.address);
        let body = ureq::get(&url).call()?.body_mut().read_to_string()?;
        let answer: Value = serde_json::from_str(&body)?;
        Ok(answer["rows"].as_u64().unwrap_or(0))
    }
}

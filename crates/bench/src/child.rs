use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::error::BenchError;

/// A child process that does not outlive its owner.
pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Result<Self, BenchError> {
        let child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        Ok(Running(child))
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    pub fn process(&mut self) -> &mut Child {
        &mut self.0
    }

    pub fn alive(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing is kept of a measurement's data, so that it need not end well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An address on loopback that is free now.
pub fn free_address() -> Result<SocketAddr, BenchError> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The release binary of the product: beside this one unless `given`.
pub fn product(given: Option<PathBuf>) -> Result<PathBuf, BenchError> {
    let beside = || std::env::current_exe().map(|own| own.with_file_name("signalbox"));
    let path = match given {
        Some(path) => path,
        None => beside()?,
    };
    if path.is_file() { Ok(path) } else { Err(BenchError::NoBinary { path }) }
}

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::error::BenchError;

/// Descriptors that a server or this program needs besides its connections.
const OTHERS: usize = 100;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Of the whole measurement, each with new processes; the servers take turns in each.
    pub rounds: usize,
    pub subscribers: usize,
    /// Closed loops: messages to everyone, one after the other, and sixteen at a time.
    pub singles: u64,
    pub bursts: u64,
    pub stream_secs: u64,
    pub idle: usize,
    pub storm: usize,
}

impl Scale {
    pub fn new(quick: bool) -> Self {
        let full = Scale {
            rounds: 5,
            subscribers: 1_000,
            singles: 300,
            bursts: 60,
            stream_secs: 10,
            idle: 10_000,
            storm: 5_000,
        };
        if !quick {
            return full;
        }
        Scale {
            rounds: 2,
            singles: 100,
            bursts: 20,
            stream_secs: 3,
            idle: 2_000,
            storm: 1_000,
            ..full
        }
    }

    /// Fails when connections would need more descriptors than processes may have here.
    pub fn fit(&self) -> Result<(), BenchError> {
        let needed = self.idle.max(self.storm).max(self.subscribers) + OTHERS;
        let allowed = raise()?;
        if allowed >= needed as u64 {
            return Ok(());
        }
        let problem = format!("{needed} open files are needed, {allowed} allowed: ulimit -Hn");
        Err(BenchError::Failed { what: "realtime", problem })
    }
}

/// Raises the limit of descriptors as far as it goes, for this process and its children.
pub fn raise() -> Result<u64, BenchError> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
        .map_err(std::io::Error::from)?;
    Ok(maximum.unwrap_or(u64::MAX))
}

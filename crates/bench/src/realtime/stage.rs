use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::child::Running;
use crate::error::BenchError;
use crate::process::{Usage, usage};

use super::dialect::{Dialect, stamp};
use super::servers::Server;
use super::swarm::Swarm;

/// Of which messages the time is read: a number that no count of subscribers here is divided by,
/// so that it falls on all of them in turn.
const SAMPLED: u64 = 7;
/// The connection that orders what the server shall send; it hears that as well.
const CONDUCTOR: usize = 0;
/// Nothing may stand still for longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server of its own with its audience.
pub struct Stage {
    pub swarm: Swarm,
    pub dialect: Dialect,
    child: Running,
}

impl Stage {
    pub fn open(server: &Server, subscribers: usize) -> Result<Self, BenchError> {
        let started = server.start(false)?;
        let mut swarm = Swarm::new(started.address)?;
        let handshakes = vec![server.dialect.handshake(); subscribers];
        swarm.open_all(&handshakes, &mut |_, _| {})?;
        Ok(Stage { swarm, dialect: server.dialect, child: started.child })
    }

    pub fn usage(&self) -> Usage {
        usage(self.child.pid()).unwrap_or_default()
    }

    pub fn order(&mut self, text: &str) -> Result<(), BenchError> {
        self.swarm.send(CONDUCTOR, text)
    }

    /// Listens until `copies` messages more have arrived.
    pub fn await_copies(&mut self, copies: u64, tally: &mut Tally) -> Result<(), BenchError> {
        let wanted = tally.arrived + copies;
        let (mut last, mut progress) = (tally.arrived, Instant::now());
        while tally.arrived < wanted {
            self.swarm.listen(Duration::from_millis(100), &mut |_, text| tally.hear(text))?;
            if tally.arrived > last {
                (last, progress) = (tally.arrived, Instant::now());
            } else if progress.elapsed() > PATIENCE {
                let problem = format!("{} of {copies} copies did not arrive", wanted - last);
                return Err(BenchError::Failed { what: "fan-out", problem });
            }
        }
        Ok(())
    }
}

/// What has arrived of messages `m`, whoever got them.
#[derive(Debug)]
pub struct Tally {
    dialect: Dialect,
    pub arrived: u64,
    /// Of a sample, in milliseconds since each was due.
    pub latencies: Vec<f64>,
}

impl Tally {
    pub fn new(dialect: Dialect) -> Self {
        Tally { dialect, arrived: 0, latencies: Vec::new() }
    }

    pub fn hear(&mut self, text: &[u8]) {
        if !self.dialect.is_message(text) {
            return;
        }
        self.arrived += 1;
        if self.arrived.is_multiple_of(SAMPLED)
            && let Some(due) = stamp(text)
        {
            self.latencies.push((now_us() - due) as f64 / 1e3);
        }
    }

    pub fn sort(&mut self) {
        self.latencies.sort_by(f64::total_cmp);
    }
}

/// The clock by which the servers stamp: of the system, finer than milliseconds.
fn now_us() -> i64 {
    let now = clock_gettime(ClockId::Realtime);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}

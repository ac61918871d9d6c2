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
/// After which a message has reached everyone it will reach.
const QUIET: Duration = Duration::from_millis(250);

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
        let mut stage = Stage { swarm, dialect: server.dialect, child: started.child };
        stage.call_roll(subscribers)?;
        Ok(stage)
    }

    /// A WebSocket is open before its server has made it a subscriber: messages are sent until one
    /// has reached everybody.
    fn call_roll(&mut self, subscribers: usize) -> Result<(), BenchError> {
        let mut tally = Tally::new(self.dialect);
        let started = Instant::now();
        while tally.each.iter().filter(|n| **n > 0).count() < subscribers {
            if started.elapsed() > PATIENCE {
                return Err(BenchError::NotReady { what: "a subscriber" });
            }
            self.order(&self.dialect.go(1, 0))?;
            let (mut last, mut heard) = (tally.arrived, Instant::now());
            while heard.elapsed() < QUIET {
                self.swarm.listen(QUIET, &mut |n, text| tally.hear(n, text))?;
                if tally.arrived > last {
                    (last, heard) = (tally.arrived, Instant::now());
                }
            }
        }
        Ok(())
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
            self.swarm.listen(Duration::from_millis(100), &mut |n, text| tally.hear(n, text))?;
            if tally.arrived > last {
                (last, progress) = (tally.arrived, Instant::now());
            } else if progress.elapsed() > PATIENCE {
                let problem = format!(
                    "{} of {copies} copies did not arrive, at {} subscribers, after {last}",
                    wanted - last,
                    tally.behind()
                );
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
    /// By the number of the connection, so that it can be said who went without.
    each: Vec<u64>,
    /// Of a sample, in milliseconds since each was due.
    pub latencies: Vec<f64>,
}

impl Tally {
    pub fn new(dialect: Dialect) -> Self {
        Tally { dialect, arrived: 0, each: Vec::new(), latencies: Vec::new() }
    }

    pub fn hear(&mut self, number: usize, text: &[u8]) {
        if !self.dialect.is_message(text) {
            return;
        }
        self.arrived += 1;
        if number >= self.each.len() {
            self.each.resize(number + 1, 0);
        }
        self.each[number] += 1;
        if self.arrived.is_multiple_of(SAMPLED)
            && let Some(due) = stamp(text)
        {
            self.latencies.push((now_us() - due) as f64 / 1e3);
        }
    }

    /// How many have heard less than others.
    fn behind(&self) -> usize {
        let most = self.each.iter().max();
        self.each.iter().filter(|n| Some(*n) < most).count()
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

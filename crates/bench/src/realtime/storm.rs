//! Everyone loses the network at once, and comes back asking for what was missed.

use std::collections::HashSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::error::BenchError;
use crate::process::usage;
use crate::report::count;

use super::dialect::{Dialect, Handshake, offset, quoted};
use super::scale::Scale;
use super::scenario::{Metric, Scenario, micros, percent, seconds};
use super::servers::Server;
use super::swarm::Swarm;

/// Small enough that the offset at the end of a message is within what is kept of it.
const PAD: usize = 32;
/// Messages heard before the network is lost, and sent while it is.
const HEARD: usize = 4;
const MISSED: usize = 10;

const DIALECT: Dialect = Dialect::SocketIo;
const PATIENCE: Duration = Duration::from_secs(10);

pub const STORM: Scenario = Scenario {
    title: |scale| {
        let clients = count(scale.storm as f64);
        format!("{clients} clients reconnect at once, having missed {MISSED} messages")
    },
    metrics: &[
        Metric { name: "seconds until all are back", show: seconds },
        Metric { name: "recovered %", show: percent },
        Metric { name: "messages missed", show: count },
        Metric { name: "duplicated", show: count },
        Metric { name: "CPU µs/client", show: micros },
    ],
    only_with_recovery: true,
    run: measure,
};

/// What a client knows of its session.
#[derive(Debug, Default)]
struct Client {
    pid: String,
    last: String,
    recovered: bool,
    heard: HashSet<String>,
    duplicates: usize,
}

impl Client {
    fn hear(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.starts_with("40") {
            let pid = quoted(&text, r#""pid":""#).unwrap_or_default();
            self.recovered = !pid.is_empty() && pid == self.pid;
            pid.clone_into(&mut self.pid);
        } else if DIALECT.is_message(text.as_bytes())
            && let Some(at) = offset(&text)
        {
            at.clone_into(&mut self.last);
            if !self.heard.insert(at.to_owned()) {
                self.duplicates += 1;
            }
        }
    }

    /// What it presents when it comes back.
    fn session(&self) -> Handshake {
        let session = format!(r#"40{{"pid":"{}","offset":"{}"}}"#, self.pid, self.last);
        Handshake { connect: Some(session), ..DIALECT.handshake() }
    }
}

/// All clients, with the one at its head that does not lose the network and has messages sent.
struct Crowd {
    swarm: Swarm,
    clients: Vec<Client>,
}

const CONDUCTOR: usize = 0;

impl Crowd {
    fn connect(&mut self, handshakes: &[Handshake]) -> Result<(), BenchError> {
        let Crowd { swarm, clients } = self;
        swarm.open_all(handshakes, &mut |n, text| owner(clients, n).hear(text))?;
        Ok(())
    }

    fn send(&mut self, messages: usize) -> Result<(), BenchError> {
        self.swarm.send(CONDUCTOR, &DIALECT.go(messages as u64, PAD))
    }

    /// Whether everyone of `which` has heard `messages` before patience ends.
    fn have_heard(&mut self, which: Range<usize>, messages: usize) -> Result<bool, BenchError> {
        let Crowd { swarm, clients } = self;
        let from = Instant::now();
        while clients[which.clone()].iter().any(|c| c.heard.len() < messages) {
            if from.elapsed() > PATIENCE {
                return Ok(false);
            }
            let hear = &mut |n: usize, text: &[u8]| owner(clients, n).hear(text);
            swarm.listen(Duration::from_millis(20), hear)?;
        }
        Ok(true)
    }
}

/// Whose connection this is: those that have come back are numbered on behind the first ones.
fn owner(clients: &mut [Client], connection: usize) -> &mut Client {
    let first = clients.len();
    &mut clients[if connection < first { connection } else { connection - first + 1 }]
}

fn measure(server: &Server, scale: &Scale) -> Result<Vec<f64>, BenchError> {
    let started = server.start(true)?;
    let everyone = 0..scale.storm + 1;
    let returning = 1..everyone.end;
    let mut crowd = Crowd {
        swarm: Swarm::new(started.address)?,
        clients: everyone.clone().map(|_| Client::default()).collect(),
    };
    crowd.connect(&vec![DIALECT.handshake(); everyone.end])?;
    crowd.send(HEARD)?;
    let mut ready = crowd.have_heard(everyone.clone(), HEARD)?;
    crowd.swarm.close(returning.clone());
    crowd.send(MISSED)?;
    ready &= crowd.have_heard(CONDUCTOR..returning.start, HEARD + MISSED)?;
    if !ready {
        return Err(BenchError::NotReady { what: "a message with an offset" });
    }

    let cpu = || usage(started.child.pid()).unwrap_or_default().cpu_us;
    let (before, from) = (cpu(), Instant::now());
    let sessions: Vec<_> = crowd.clients[returning.clone()].iter().map(Client::session).collect();
    crowd.connect(&sessions)?;
    // Who has not got everything by then has missed it.
    crowd.have_heard(everyone, HEARD + MISSED)?;
    let elapsed = from.elapsed().as_secs_f64();
    let clients = &crowd.clients[returning];
    let recovered = clients.iter().filter(|c| c.recovered).count();
    let missed: usize = clients.iter().map(|c| HEARD + MISSED - c.heard.len()).sum();
    let duplicates: usize = clients.iter().map(|c| c.duplicates).sum();
    Ok(vec![
        elapsed,
        100.0 * recovered as f64 / clients.len() as f64,
        missed as f64,
        duplicates as f64,
        (cpu() - before) as f64 / clients.len() as f64,
    ])
}

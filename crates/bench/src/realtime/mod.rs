//! Realtime fan-out: what a delivery, a connection and a reconnection cost, beside socket.io on Node
//! and socketioxide, which serve the same stage: on `go {k, size}` k messages `m {ts, pad}` go to
//! everyone, on `run {rate, secs, size}` they are sent in an open loop, stamped when they were due.
//!
//! The clients are raw sockets on one thread, so that they take as little of the machine as they
//! can. The servers are processes of their own, started anew for each measurement, and take turns.

mod connection;
pub mod dep19;
mod dialect;
mod fanout;
mod frame;
mod idle;
mod scale;
mod scenario;
mod servers;
mod stage;
mod storm;
mod stream;
mod swarm;
#[cfg(test)]
mod tests;

use crate::Options;
use crate::error::BenchError;
use crate::report::Table;

use scale::Scale;
use scenario::Scenario;

const SCENARIOS: [&Scenario; 7] = [
    &fanout::SINGLE,
    &fanout::BURSTS,
    &stream::STREAM,
    &stream::CROWD,
    &fanout::STALLED_READERS,
    &idle::IDLE,
    &storm::STORM,
];

/// Each table is shown when it is complete: all of them take a while.
pub fn measure(options: &Options, mut show: impl FnMut(&Table)) -> Result<(), BenchError> {
    let mut scale = Scale::new(options.quick);
    scale.rounds = options.rounds.unwrap_or(scale.rounds).max(1);
    scale.fit()?;
    let (servers, absent) = servers::available(options.node_peer.as_deref())?;
    for (at, scenario) in SCENARIOS.into_iter().enumerate() {
        let mut table = scenario.measure(&servers, &scale)?;
        if at + 1 == SCENARIOS.len() {
            let rounds = scale.rounds;
            table.note(format!("medians of {rounds} rounds in which the servers take turns, with new processes each time"));
            table
                .note("last column: the first figure, as a multiple of signalbox's over Socket.IO");
            table.note("TLS and compression off, loopback; load client on the same machine; CPU: the server process alone");
            absent.iter().for_each(|reason| table.note(reason));
        }
        show(&table);
    }
    Ok(())
}

use std::net::SocketAddr;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

use crate::error::BenchError;

use super::connection::{Connection, Ended};
use super::dialect::Handshake;

/// Handshakes under way at a time. Below the smallest backlog of the servers, which is 128: a SYN
/// that finds it full is lost and only sent again after a second.
const WINDOW: usize = 100;
const EVENTS: usize = 1024;
const BUFFER: usize = 256 << 10;
const HANDSHAKE: Duration = Duration::from_secs(60);

/// What a connection of the swarm has to tell.
#[derive(Debug)]
pub enum Heard<'a> {
    /// Its handshake is complete.
    Ready,
    /// The beginning of a text message.
    Text(&'a [u8]),
    Ended(Ended),
}

/// Called with the number of the connection and the beginning of a text message.
pub type Listen<'a> = dyn FnMut(usize, &[u8]) + 'a;

/// Many clients on one thread. Whoever holds it must keep polling: that is what answers heartbeats.
pub struct Swarm {
    address: SocketAddr,
    epoll: OwnedFd,
    /// By their number; those that have ended leave a gap.
    connections: Vec<Option<Connection>>,
    ready: usize,
    events: Vec<epoll::Event>,
    buffer: Vec<u8>,
}

impl Swarm {
    pub fn new(address: SocketAddr) -> Result<Self, BenchError> {
        Ok(Swarm {
            address,
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC).map_err(std::io::Error::from)?,
            connections: Vec::new(),
            ready: 0,
            events: Vec::with_capacity(EVENTS),
            buffer: vec![0; BUFFER],
        })
    }

    /// Begins a handshake and returns the number of the connection.
    pub fn open(&mut self, handshake: &Handshake) -> Result<usize, Ended> {
        let number = self.connections.len();
        let connection = Connection::open(self.address, handshake)?;
        let data = epoll::EventData::new_u64(number as u64);
        epoll::add(&self.epoll, connection.stream(), data, epoll::EventFlags::IN)
            .map_err(std::io::Error::from)?;
        self.connections.push(Some(connection));
        Ok(number)
    }

    /// Completes all handshakes, as fast as the server allows. Returns how long that took.
    pub fn open_all(
        &mut self,
        handshakes: &[Handshake],
        hear: &mut Listen<'_>,
    ) -> Result<Duration, BenchError> {
        let started = Instant::now();
        let (before, mut begun) = (self.ready, 0);
        while self.ready < before + handshakes.len() {
            while begun < handshakes.len() && begun < self.ready - before + WINDOW {
                self.open(&handshakes[begun]).map_err(failed)?;
                begun += 1;
            }
            self.listen(Duration::from_millis(100), hear)?;
            if started.elapsed() > HANDSHAKE {
                return Err(BenchError::NotReady { what: "a connection" });
            }
        }
        Ok(started.elapsed())
    }

    pub fn send(&mut self, from: usize, text: &str) -> Result<(), BenchError> {
        let connection = self.connections.get_mut(from).and_then(Option::as_mut);
        connection.ok_or(Ended::Closed).and_then(|c| c.send(text)).map_err(failed)
    }

    /// Never reads from these again, and does not notice what becomes of them.
    pub fn ignore(&mut self, which: Range<usize>) -> Result<(), BenchError> {
        for connection in self.connections[which].iter().flatten() {
            epoll::delete(&self.epoll, connection.stream()).map_err(std::io::Error::from)?;
        }
        Ok(())
    }

    /// Drops these without a word, as a lost network does.
    pub fn close(&mut self, which: Range<usize>) {
        for connection in &mut self.connections[which] {
            if connection.take().is_some_and(|c| c.is_ready()) {
                self.ready -= 1;
            }
        }
    }

    /// Like [`Swarm::poll`] where no connection is expected to end.
    pub fn listen(&mut self, wait: Duration, hear: &mut Listen<'_>) -> Result<(), BenchError> {
        let mut first = None;
        self.poll(wait, &mut |number, heard| match heard {
            Heard::Ready => {}
            Heard::Text(text) => hear(number, text),
            Heard::Ended(ended) => {
                first.get_or_insert(ended);
            }
        })?;
        first.map_or(Ok(()), |ended| Err(failed(ended)))
    }

    /// Waits until something arrives, at most `wait`, and reads it.
    pub fn poll(
        &mut self,
        wait: Duration,
        hear: &mut dyn FnMut(usize, Heard<'_>),
    ) -> Result<(), BenchError> {
        let wait = Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: wait.subsec_nanos().into() };
        self.events.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&wait)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(std::io::Error::from(error).into()),
        }
        for event in &self.events {
            let number = event.data.u64() as usize;
            let Some(slot) = self.connections.get_mut(number) else { continue };
            let Some(connection) = slot else { continue };
            let was_ready = connection.is_ready();
            let read =
                connection.read(&mut self.buffer, &mut |text| hear(number, Heard::Text(text)));
            match read {
                Ok(()) if connection.is_ready() && !was_ready => {
                    self.ready += 1;
                    hear(number, Heard::Ready);
                }
                Ok(()) => {}
                Err(ended) => {
                    self.ready -= usize::from(was_ready);
                    *slot = None;
                    hear(number, Heard::Ended(ended));
                }
            }
        }
        Ok(())
    }
}

fn failed(ended: Ended) -> BenchError {
    BenchError::Failed { what: "a connection", problem: ended.to_string() }
}

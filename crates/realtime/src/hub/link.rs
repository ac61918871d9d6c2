//! The writing half of a connection. Whoever has something for it writes, at once and without a
//! task of its own; only what the kernel does not take waits.

use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::outbox::{Outbox, Part, Queued};
use crate::websocket::{CloseCode, frame};

/// More in one call is no cheaper.
const SLICES: usize = 64;

#[derive(Debug)]
pub struct Link {
    pub id: u64,
    state: Mutex<State>,
    /// Rouses the connection's own task: something waits, or the end has come.
    attention: Notify,
    deflate: AtomicBool,
    pressure: Arc<Pressure>,
    sent: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Debug)]
struct State {
    pipe: Pipe,
    outbox: Outbox,
    ending: Option<Ending>,
}

#[derive(Debug)]
enum Pipe {
    /// Written to by everybody.
    Stream(Arc<TcpStream>),
    /// The client fetches: long-polling, SSE.
    Fetched,
    Gone,
}

/// How a connection is to end, once what waits before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The last frame.
    pub farewell: Bytes,
    pub reason: &'static str,
    /// What waits is given up.
    pub abrupt: bool,
}

impl Ending {
    pub fn slow_consumer() -> Self {
        let reason = "slow consumer";
        let farewell = frame::close(CloseCode::TRY_AGAIN, reason);
        Ending { farewell, reason, abrupt: true }
    }
}

/// What all outboxes hold together, and how much that may be.
#[derive(Debug)]
pub struct Pressure {
    pub waiting: AtomicUsize,
    pub per_link: usize,
    pub total: usize,
    pub dropped: AtomicU64,
    pub conflated: AtomicU64,
    pub overflowed: AtomicU64,
    pub writes: AtomicU64,
}

impl Pressure {
    pub fn new(per_link: usize, total: usize) -> Self {
        Pressure {
            waiting: AtomicUsize::new(0),
            per_link,
            total,
            dropped: AtomicU64::new(0),
            conflated: AtomicU64::new(0),
            overflowed: AtomicU64::new(0),
            writes: AtomicU64::new(0),
        }
    }

    /// While too much waits in all, nobody may let more than a little wait.
    fn limit(&self) -> usize {
        let full = self.waiting.load(Ordering::Relaxed) >= self.total;
        if full { self.per_link / 16 } else { self.per_link }
    }
}

impl Link {
    pub fn to_stream(id: u64, stream: Arc<TcpStream>, pressure: Arc<Pressure>) -> Self {
        Link::new(id, Pipe::Stream(stream), pressure)
    }

    pub fn fetched(id: u64, pressure: Arc<Pressure>) -> Self {
        Link::new(id, Pipe::Fetched, pressure)
    }

    fn new(id: u64, pipe: Pipe, pressure: Arc<Pressure>) -> Self {
        Link {
            id,
            state: Mutex::new(State { pipe, outbox: Outbox::default(), ending: None }),
            attention: Notify::new(),
            deflate: AtomicBool::new(false),
            pressure,
            sent: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn deflates(&self) -> bool {
        self.deflate.load(Ordering::Relaxed)
    }

    pub fn set_deflate(&self, on: bool) {
        self.deflate.store(on, Ordering::Relaxed);
    }

    /// Parts handed over so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Writes `whole`, which is all of `parts` one after the other, or queues what is left of it.
    pub fn deliver(&self, whole: &[u8], parts: &[Part], now: Instant) -> Queued {
        let mut state = self.state();
        if state.ending.is_some() {
            return Queued::default();
        }
        self.sent.fetch_add(parts.len() as u64, Ordering::Relaxed);
        let mut skip = match &state.pipe {
            Pipe::Gone => return Queued::default(),
            Pipe::Stream(stream) if state.outbox.is_empty() => {
                self.pressure.writes.fetch_add(1, Ordering::Relaxed);
                match stream.try_write(whole) {
                    Ok(count) if count == whole.len() => return Queued::default(),
                    Ok(count) => count,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                    // The reader of the stream learns of it as well, and ends the connection.
                    Err(_) => return Queued::default(),
                }
            }
            Pipe::Stream(_) | Pipe::Fetched => 0,
        };
        let before = state.outbox.bytes();
        let limit = self.pressure.limit();
        let mut all = Queued::default();
        for part in parts {
            if skip >= part.frames.len() {
                skip -= part.frames.len();
                continue;
            }
            let came = state.outbox.push(part.clone(), std::mem::take(&mut skip), limit, now);
            all.dropped += came.dropped;
            all.conflated += came.conflated;
            all.warn |= came.warn;
            all.overflow |= came.overflow;
        }
        self.account(before, state.outbox.bytes());
        if all.overflow && state.ending.is_none() {
            // Whoever sent it: what must arrive is not left out of what else arrives.
            state.ending = Some(Ending::slow_consumer());
        }
        drop(state);
        self.count(all);
        self.attention.notify_one();
        all
    }

    /// Ends the connection when that was too much for it.
    pub fn send(&self, part: Part, now: Instant) -> Queued {
        let frames = part.frames.clone();
        let came = self.deliver(&frames, &[part], now);
        if came.overflow {
            self.end(Ending::slow_consumer());
        }
        came
    }

    fn account(&self, before: usize, after: usize) {
        let waiting = &self.pressure.waiting;
        if after >= before {
            waiting.fetch_add(after - before, Ordering::Relaxed);
        } else {
            waiting.fetch_sub(before - after, Ordering::Relaxed);
        }
    }

    fn count(&self, came: Queued) {
        if came == Queued::default() {
            return;
        }
        self.dropped.fetch_add(came.dropped.into(), Ordering::Relaxed);
        self.pressure.dropped.fetch_add(came.dropped.into(), Ordering::Relaxed);
        self.pressure.conflated.fetch_add(came.conflated.into(), Ordering::Relaxed);
        self.pressure.overflowed.fetch_add(came.overflow.into(), Ordering::Relaxed);
    }

    /// Ends the connection after what waits. The first reason counts.
    pub fn end(&self, ending: Ending) {
        let mut state = self.state();
        if state.ending.is_none() {
            state.ending = Some(ending);
        }
        drop(state);
        self.attention.notify_one();
    }

    pub fn ending(&self) -> Option<Ending> {
        self.state().ending.clone()
    }

    /// Completes when something waits to be written or fetched, or the end has come.
    pub async fn attention(&self) {
        self.attention.notified().await;
    }

    /// For a change that the connection's own task should look at.
    pub fn rouse(&self) {
        self.attention.notify_one();
    }

    /// Gives up what waits, but for the rest of a frame of which the kernel has the beginning.
    pub fn abandon(&self) {
        let mut state = self.state();
        let before = state.outbox.bytes();
        state.outbox.abandon();
        self.account(before, state.outbox.bytes());
    }

    pub fn has_waiting(&self) -> bool {
        !self.state().outbox.is_empty()
    }

    /// Writes what waits, as far as the kernel takes it. `Ok(true)`: nothing is left.
    pub fn flush(&self) -> io::Result<bool> {
        let mut state = self.state();
        let State { pipe: Pipe::Stream(stream), outbox, .. } = &mut *state else {
            return Ok(true);
        };
        let before = outbox.bytes();
        let mut outcome = Ok(true);
        while !outbox.is_empty() {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let mut used = 0;
            for (slot, slice) in slices.iter_mut().zip(outbox.slices()) {
                *slot = IoSlice::new(slice);
                used += 1;
            }
            self.pressure.writes.fetch_add(1, Ordering::Relaxed);
            match stream.try_write_vectored(&slices[..used]) {
                Ok(count) => outbox.advance(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    outcome = Ok(false);
                    break;
                }
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        let after = outbox.bytes();
        self.account(before, after);
        outcome
    }

    /// What waits, for a client that fetches.
    pub fn take(&self, budget: usize) -> Vec<Bytes> {
        let mut state = self.state();
        let before = state.outbox.bytes();
        let taken = state.outbox.take(budget);
        self.account(before, state.outbox.bytes());
        taken
    }

    /// From long-polling to a stream: what waits goes first.
    pub fn switch(&self, stream: Arc<TcpStream>) -> io::Result<bool> {
        self.state().pipe = Pipe::Stream(stream);
        self.flush()
    }

    /// Nothing is written any more, and nothing is kept.
    pub fn gone(&self) {
        let mut state = self.state();
        let before = state.outbox.bytes();
        state.outbox.clear();
        state.pipe = Pipe::Gone;
        self.account(before, 0);
        drop(state);
        self.attention.notify_one();
    }

    pub fn is_gone(&self) -> bool {
        matches!(self.state().pipe, Pipe::Gone)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let before = self.state().outbox.bytes();
        self.account(before, 0);
    }
}

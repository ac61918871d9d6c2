//! Carries what the inbox acknowledged into the warehouse, in order and exactly once.
//!
//! A step reads batches, writes recording segments and log lines, applies the rows in one
//! warehouse transaction that also records the sequence reached, and lets the inbox trim. Files
//! come first, under names that follow from their content, and log lines beyond the committed
//! mark are cut: so a step that was broken off anywhere can be done again. An error is tried
//! again for ever, since the inbox still has everything; meanwhile the status says so.

mod gather;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use model::Clock;

use crate::inbox::{BatchReader, InboxError};
use crate::logfiles::LogFiles;
use crate::recordings::Recordings;
use crate::warehouse::{ApplyBatch, Warehouse, WarehouseError};
use gather::gather;

/// A step takes what has gathered in this time,
const COALESCE: Duration = Duration::from_millis(200);
/// or this many items, whichever comes first.
const STEP_ITEMS: u64 = 20_000;
/// The first step is small, and steps grow only while they are quick: so a process that keeps
/// dying still gets on, and a slow disk does not keep new rows from being seen.
const FIRST_ITEMS: u64 = 1_000;
const QUICK: Duration = Duration::from_millis(400);
const STEP_BYTES: usize = 16 << 20;
const IDLE: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What the mover fills. The warehouse is one; tests have another that fails on demand.
pub(crate) trait Sink: Send + 'static {
    fn applied_seq(&self) -> Result<i64, WarehouseError>;
    fn apply(&self, seq: i64, batch: &ApplyBatch) -> Result<(), WarehouseError>;
}

impl Sink for Warehouse {
    fn applied_seq(&self) -> Result<i64, WarehouseError> {
        Warehouse::applied_seq(self)
    }

    fn apply(&self, seq: i64, batch: &ApplyBatch) -> Result<(), WarehouseError> {
        Warehouse::apply(self, seq, batch)
    }
}

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Inbox(#[from] InboxError),
    #[error("recordings and log files: {0}")]
    File(#[from] std::io::Error),
    #[error("warehouse: {0}")]
    Warehouse(#[from] WarehouseError),
    #[error("the mover panicked; see the log")]
    Panic,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoverStatus {
    /// Why nothing moves at the moment.
    pub degraded: Option<String>,
    /// Payloads set aside since the start, because nobody could read them.
    pub set_aside: u64,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    set_aside: AtomicU64,
    degraded: Mutex<Option<String>>,
}

pub(crate) struct Mover {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Mover {
    pub fn start(
        reader: BatchReader,
        sink: impl Sink,
        recordings: Recordings,
        logs: Arc<Mutex<LogFiles>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InboxError> {
        let shared = Arc::<Shared>::default();
        let worker = Worker { shared: Arc::clone(&shared), reader, sink, recordings, logs, clock };
        let thread =
            std::thread::Builder::new().name("mover".into()).spawn(move || worker.run())?;
        Ok(Mover { shared, thread: Mutex::new(Some(thread)) })
    }

    pub fn status(&self) -> MoverStatus {
        let degraded = self.shared.degraded.lock().unwrap_or_else(PoisonError::into_inner);
        MoverStatus {
            degraded: degraded.clone(),
            set_aside: self.shared.set_aside.load(Ordering::Relaxed),
        }
    }

    /// Ends after what is committed has been moved; at once if the warehouse is failing, because
    /// the inbox keeps what is left.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Release);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|t| t.join().is_err()) {
            tracing::error!("the mover had panicked");
        }
    }
}

#[derive(PartialEq, Eq)]
enum Moved {
    Nothing,
    Some,
    /// As much as one step may: there is probably more.
    Full,
}

struct Worker<S> {
    shared: Arc<Shared>,
    reader: BatchReader,
    sink: S,
    recordings: Recordings,
    /// Shared with retention, which removes old ones.
    logs: Arc<Mutex<LogFiles>>,
    clock: Arc<dyn Clock>,
}

impl<S: Sink> Worker<S> {
    fn run(self) {
        let (mut pause, mut items) = (FIRST_PAUSE, FIRST_ITEMS);
        loop {
            let stopping = self.shared.stop.load(Ordering::Acquire);
            if let Err(error) = self.reader.checkpoint_if_due() {
                tracing::warn!(%error, "inbox checkpoint failed");
            }
            // A panic must not end the mover: the step is undone and tried again like an error.
            let started = Instant::now();
            let step = catch_unwind(AssertUnwindSafe(|| self.step(items)));
            match step.unwrap_or(Err(StepError::Panic)) {
                Ok(moved) => {
                    self.set_degraded(None);
                    pause = FIRST_PAUSE;
                    items = match started.elapsed() {
                        quick if quick <= QUICK => (items * 2).min(STEP_ITEMS),
                        slow if slow >= QUICK * 2 => (items / 2).max(FIRST_ITEMS),
                        _ => items,
                    };
                    if moved == Moved::Full || stopping && moved == Moved::Some {
                        continue;
                    }
                    if stopping {
                        return;
                    }
                    self.reader.await_more(IDLE, COALESCE, STEP_ITEMS);
                }
                Err(error) => {
                    tracing::error!(%error, "moving to the warehouse failed; will try again");
                    self.set_degraded(Some(error.to_string()));
                    if stopping {
                        return;
                    }
                    self.reader.pause(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    fn step(&self, most_items: u64) -> Result<Moved, StepError> {
        let applied = self.sink.applied_seq()?;
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.settle(applied)?; // Lines of a step that was broken off.
        let batches = self.reader.after(applied, most_items, STEP_BYTES)?;
        let Some(last) = batches.last() else {
            return Ok(Moved::Nothing);
        };
        let mut load = gather(&batches);
        if !load.set_aside.is_empty() {
            let count = load.set_aside.len() as u64;
            tracing::error!(count, first = load.set_aside[0].problem, "payloads set aside");
            self.reader.set_aside(std::mem::take(&mut load.set_aside))?;
            self.shared.set_aside.fetch_add(count, Ordering::Relaxed);
        }
        self.recordings.write(&load.segments)?;
        load.rows.marks = logs.append(last.seq, &load.rows.logs, self.clock.now())?;
        let result = self.sink.apply(last.seq, &load.rows);
        // What the warehouse says counts, not what the call returned.
        let applied = self.sink.applied_seq()?;
        logs.settle(applied)?;
        if applied < last.seq {
            return result.map(|()| Moved::Nothing).map_err(StepError::from);
        }
        self.reader.applied(&batches);
        let items: u64 = batches.iter().map(|b| b.items).sum();
        let bytes: usize = batches.iter().map(|b| b.frames.len()).sum();
        let full = items >= most_items || bytes >= STEP_BYTES;
        Ok(if full { Moved::Full } else { Moved::Some })
    }

    fn set_degraded(&self, why: Option<String>) {
        *self.shared.degraded.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }
}

#[cfg(test)]
mod tests;

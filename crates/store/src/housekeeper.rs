//! Looks after the disk: how full it is, and whether recordings are within their quota.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use model::{Pressure, Signal};

use crate::disk::{DiskOptions, Ladder, Probe, Space};
use crate::inbox::Inbox;
use crate::recordings::Recordings;
use crate::warehouse::{PurgePlan, Warehouse};

const EVERY: Duration = Duration::from_secs(5);

pub(crate) struct Housekeeper {
    space: Arc<Mutex<Space>>,
    running: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

struct Worker {
    probe: Box<dyn Probe>,
    ladder: Ladder,
    space: Arc<Mutex<Space>>,
    inbox: Inbox,
    warehouse: Warehouse,
    recordings: Recordings,
}

impl Housekeeper {
    pub fn start(
        probe: Box<dyn Probe>,
        options: DiskOptions,
        inbox: Inbox,
        warehouse: Warehouse,
        recordings: Recordings,
    ) -> std::io::Result<Self> {
        let space = Arc::<Mutex<Space>>::default();
        let ladder = Ladder::new(options);
        let shared = Arc::clone(&space);
        let mut worker = Worker { probe, ladder, space: shared, inbox, warehouse, recordings };
        // Before the first item comes in: a full disk may be why the process was started again.
        worker.look();
        let (stop, stopped) = channel();
        let run = move || {
            if let Err(error) = worker.recordings.measure() {
                tracing::warn!(%error, "recordings cannot be measured");
            }
            loop {
                worker.keep_quota();
                worker.look();
                if stopped.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("housekeeper".into()).spawn(run)?;
        Ok(Housekeeper { space, running: Mutex::new(Some((stop, thread))) })
    }

    pub fn space(&self) -> Space {
        *self.space.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((stop, thread)) = running else { return };
        drop(stop);
        if thread.join().is_err() {
            tracing::error!("the housekeeper had panicked");
        }
    }
}

impl Worker {
    fn look(&mut self) {
        let space = match self.probe.space() {
            Ok(space) => space,
            Err(error) => {
                tracing::warn!(%error, "disk space cannot be read");
                return;
            }
        };
        let mut pressure = self.ladder.step(space);
        if self.recordings.over_quota() {
            pressure = pressure.max(Pressure::Recordings);
        }
        let before = self.inbox.pressure();
        if pressure != before {
            let free = space.free_bytes;
            tracing::warn!(?before, now = ?pressure, free_bytes = free, "disk pressure changed");
        }
        self.inbox.set_pressure(pressure);
        *self.space.lock().unwrap_or_else(PoisonError::into_inner) = space;
    }

    /// Rows first: a row without its file would be an empty promise.
    fn keep_quota(&self) {
        while let Some((day, project)) = self.recordings.to_evict() {
            let plan = PurgePlan {
                project: Some(project),
                signal: Signal::Recording,
                from: day.start(),
                before: day.end(),
            };
            let purged = self.warehouse.purge(&plan).map_err(|e| e.to_string());
            let evicted =
                purged.and_then(|_| self.recordings.evict(day, project).map_err(|e| e.to_string()));
            if let Err(error) = evicted {
                tracing::warn!(error, "the recordings' quota cannot be kept");
                return;
            }
        }
    }
}

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

#[cfg(test)]
mod tests {
    use model::{Clock, ManualClock, Millis, ProjectId, Recording};

    use super::*;
    use crate::inbox::InboxOptions;
    use crate::recordings::name_of;
    use crate::warehouse::{ApplyBatch, RecordingRow, WarehouseOptions};

    const DAY: Millis = 86_400_000;

    struct Fake(Arc<Mutex<u64>>);

    impl Probe for Fake {
        fn space(&self) -> std::io::Result<Space> {
            let free_bytes = *self.0.lock().expect("free");
            Ok(Space { total_bytes: 100, free_bytes, used_bytes: 0 })
        }
    }

    fn worker(dir: &std::path::Path, free: &Arc<Mutex<u64>>, quota: u64) -> Worker {
        let options = InboxOptions {
            dir: dir.to_owned(),
            queue_bytes: 1 << 20,
            backlog_bytes: 1 << 20,
            applied_seq: 0,
        };
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(0));
        let warehouse =
            WarehouseOptions { dir: dir.join("warehouse"), memory_bytes: 64 << 20, threads: 1 };
        Worker {
            probe: Box::new(Fake(Arc::clone(free))),
            ladder: Ladder::new(DiskOptions::default()),
            space: Arc::default(),
            inbox: Inbox::open(options, clock).expect("inbox"),
            warehouse: Warehouse::open(warehouse).expect("warehouse"),
            recordings: Recordings::open(&dir.join("recordings"), quota).expect("recordings"),
        }
    }

    #[test]
    fn the_disk_decides_what_the_inbox_says() {
        let dir = tempfile::tempdir().expect("dir");
        let free = Arc::new(Mutex::new(50));
        let mut worker = worker(dir.path(), &free, 0);
        for (now_free, pressure) in [
            (50, Pressure::None),
            (12, Pressure::Recordings),
            (8, Pressure::Events),
            (5, Pressure::Logs),
            (1, Pressure::Full),
            (50, Pressure::None),
        ] {
            *free.lock().expect("free") = now_free;
            worker.look();
            assert_eq!(worker.inbox.pressure(), pressure, "{now_free} % free");
            assert_eq!(worker.space.lock().expect("space").free_bytes, now_free);
        }
        worker.inbox.close();
    }

    #[test]
    fn the_quota_takes_rows_and_files_together_and_then_refuses() {
        let dir = tempfile::tempdir().expect("dir");
        let mut worker = worker(dir.path(), &Arc::new(Mutex::new(50)), 100);
        let mut batch = ApplyBatch::default();
        for day in 10..13 {
            let (project, ts) = (ProjectId(1), day * DAY);
            let file = name_of(&Recording { project, ts, ..Recording::default() });
            worker.recordings.write(&[(file.clone(), vec![1; 60])]).expect("written");
            batch.recordings.push(RecordingRow { project, ts, file, ..RecordingRow::default() });
        }
        worker.warehouse.apply(1, &batch).expect("applied");
        worker.keep_quota();
        assert_eq!(worker.recordings.status().bytes, 60);
        assert_eq!(worker.warehouse.stats().expect("counts").recording_segments, 1);

        let today = Recording { event_id: "b".into(), ts: 12 * DAY, ..Recording::default() };
        let file = name_of(&Recording { project: ProjectId(1), ..today });
        worker.recordings.write(&[(file, vec![1; 60])]).expect("written");
        worker.keep_quota();
        worker.look();
        assert_eq!(worker.inbox.pressure(), Pressure::Recordings);
        worker.inbox.close();
    }
}

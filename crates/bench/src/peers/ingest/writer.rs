use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

use crate::error::BenchError;
use crate::peers::table;

use super::body::Stored;

const INDEXES: &str = "
    CREATE UNIQUE INDEX IF NOT EXISTS by_id ON events (project, event_id);
    CREATE INDEX IF NOT EXISTS by_time ON events (project, kind, ts);";

/// Batches waiting for the writer; senders beyond that wait.
const QUEUE: usize = 1_024;
const MAX_GROUP: usize = 20_000;

struct Job {
    rows: Vec<Stored>,
    done: oneshot::Sender<usize>,
}

#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    stored: Arc<AtomicU64>,
}

impl Writer {
    pub fn start(dir: &Path) -> Result<Self, BenchError> {
        let mut db = table::open(&dir.join("events.db"), INDEXES)?;
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let stored = Arc::new(AtomicU64::new(0));
        let counter = stored.clone();
        std::thread::spawn(move || {
            while let Some(first) = queue.blocking_recv() {
                let mut rows = first.rows.len();
                let mut group = vec![first];
                // Whoever arrived during the last sync shares the next one.
                while rows < MAX_GROUP {
                    let Ok(job) = queue.try_recv() else { break };
                    rows += job.rows.len();
                    group.push(job);
                }
                // A failed commit drops the jobs, which answers 503 to their senders.
                let Ok(counts) = commit(&mut db, &group) else { continue };
                counter.fetch_add(counts.iter().sum::<usize>() as u64, Ordering::Relaxed);
                for (job, count) in group.into_iter().zip(counts) {
                    let _ = job.done.send(count);
                }
            }
        });
        Ok(Writer { jobs, stored })
    }

    /// How many of the rows are new, once they are on disk.
    pub async fn store(&self, rows: Vec<Stored>) -> Option<usize> {
        let (done, committed) = oneshot::channel();
        self.jobs.send(Job { rows, done }).await.ok()?;
        committed.await.ok()
    }

    pub fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }
}

fn commit(db: &mut Connection, group: &[Job]) -> rusqlite::Result<Vec<usize>> {
    let change = db.transaction()?;
    let mut counts = Vec::with_capacity(group.len());
    {
        let mut insert = table::insert(&change, "events")?;
        for job in group {
            let mut new = 0;
            for r in &job.rows {
                new += insert.execute(params![
                    r.event_id,
                    1,
                    r.ts,
                    r.app,
                    r.env,
                    r.release,
                    r.kind,
                    r.name,
                    r.visitor,
                    r.session,
                    r.status,
                    r.duration_ms,
                    r.duration_bucket,
                    r.value,
                    r.message,
                    r.props,
                    r.url,
                    "",
                    "",
                    "",
                ])?;
            }
            counts.push(new);
        }
    }
    change.commit()?;
    Ok(counts)
}

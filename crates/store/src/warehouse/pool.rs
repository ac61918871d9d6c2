use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use duckdb::{Connection, InterruptHandle};
use tokio::sync::{Semaphore, oneshot};

use crate::query::QueryError;

/// How much reading may go on at once.
#[derive(Debug, Clone)]
pub struct ReadLimits {
    pub connections: usize,
    /// How long a question waits for a connection before it is refused as busy.
    pub wait: Duration,
    /// How long it may run.
    pub deadline: Duration,
}

impl Default for ReadLimits {
    fn default() -> Self {
        ReadLimits {
            connections: 4,
            wait: Duration::from_secs(5),
            deadline: Duration::from_secs(20),
        }
    }
}

/// An interrupt that falls between two statements is lost, so it is repeated until heard.
const INTERRUPT_EVERY: Duration = Duration::from_millis(20);

/// Connections for reading, each used by one blocking thread at a time. Bounded by their number:
/// whoever finds none waits, and is refused when the wait is over.
pub(super) struct Pool {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    limits: ReadLimits,
}

impl Pool {
    pub fn new(db: &Connection, limits: ReadLimits) -> duckdb::Result<Pool> {
        let connections = limits.connections.max(1);
        let idle: Vec<_> = (0..connections).map(|_| db.try_clone()).collect::<Result<_, _>>()?;
        Ok(Pool {
            idle: Arc::new(Mutex::new(idle)),
            permits: Arc::new(Semaphore::new(connections)),
            limits,
        })
    }

    /// Runs `job` on a blocking thread. It is interrupted at the deadline, and also when the
    /// caller stops waiting for it.
    pub async fn run<T, F>(&self, job: F) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, QueryError> + Send + 'static,
    {
        let deadline = self.limits.deadline;
        let permit = tokio::time::timeout(self.limits.wait, self.permits.clone().acquire_owned());
        let Ok(Ok(permit)) = permit.await else { return Err(QueryError::Busy) };
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(connection) = connection else { return Err(QueryError::Busy) };

        let interrupt = connection.interrupt_handle();
        let running = Arc::new(Mutex::new(true));
        let (caller, caller_gone) = oneshot::channel();
        let (finish, finished) = oneshot::channel();
        let watched = running.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = finished => {}
                _ = tokio::time::sleep(deadline) => stop(&interrupt, &watched).await,
                _ = caller_gone => stop(&interrupt, &watched).await,
            }
        });
        let idle = self.idle.clone();
        let work = tokio::task::spawn_blocking(move || {
            let lent = Lent { connection: Some(connection), idle, running, finish: Some(finish) };
            let answer = lent.connection.as_ref().map(job);
            drop(lent);
            drop(permit);
            answer
        });
        let answer = work.await;
        drop::<oneshot::Sender<()>>(caller);
        match answer {
            Ok(Some(answer)) => answer,
            Ok(None) => Err(QueryError::Busy),
            Err(panic) => Err(QueryError::Engine(panic.to_string())),
        }
    }
}

/// Interrupts until the job has ended. The lock keeps a late interrupt from hitting the next
/// user of the connection.
async fn stop(interrupt: &InterruptHandle, running: &Mutex<bool>) {
    loop {
        {
            let running = running.lock().unwrap_or_else(PoisonError::into_inner);
            if !*running {
                return;
            }
            interrupt.interrupt();
        }
        tokio::time::sleep(INTERRUPT_EVERY).await;
    }
}

/// Brings the connection back even when the job panics.
struct Lent {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    running: Arc<Mutex<bool>>,
    finish: Option<oneshot::Sender<()>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = false;
        if let Some(finish) = self.finish.take() {
            let _ = finish.send(());
        }
        if let Some(connection) = self.connection.take() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

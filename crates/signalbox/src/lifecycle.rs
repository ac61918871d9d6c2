//! From "asked to stop" to "gone": in order, with a deadline, and with a way out.

use std::future::Future;
use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the shell reports for a process that Ctrl-C ended.
const ABORTED: i32 = 130;
const TOO_LATE: i32 = 1;

/// SIGTERM from supervisors, SIGINT from keyboards.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub fn listen() -> io::Result<Signals> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Signals { terminate, interrupt: signal(SignalKind::interrupt())? })
    }

    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Runs the shutdown, unless a second signal or the deadline ends the process first: there and
/// then, since closing the store by dropping it would be the very thing that takes too long. What
/// was acknowledged is on disk either way; the next start only has more to do.
pub async fn orderly(
    signals: &mut Signals,
    deadline: Duration,
    shutdown: impl Future<Output = ()>,
) -> ExitCode {
    tokio::select! {
        () = shutdown => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        name = signals.next() => {
            tracing::warn!(signal = name, "asked again: stopping without finishing");
            std::process::exit(ABORTED)
        }
        () = tokio::time::sleep(deadline) => {
            tracing::error!("the shutdown took too long: stopping without finishing");
            std::process::exit(TOO_LATE)
        }
    }
}

/// One step of starting or stopping, told when it is done.
pub async fn step<T>(name: &str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let result = work.await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(took_ms, "{name}");
    result
}

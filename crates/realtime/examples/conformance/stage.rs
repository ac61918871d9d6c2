//! For measuring: what one asks for goes to everybody who is connected.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use realtime::socketio::SocketIo;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

/// So many messages at once.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Go {
    #[serde(default = "one")]
    pub k: u32,
    #[serde(default)]
    pub size: usize,
}

/// So many a second.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Run {
    pub rate: u32,
    pub secs: u32,
    #[serde(default)]
    pub size: usize,
}

fn one() -> u32 {
    1
}

#[derive(Debug, Serialize)]
pub struct Message {
    /// Microseconds since the epoch.
    pub ts: u64,
    pub pad: String,
}

impl Message {
    fn new(ts: u64, size: usize) -> Self {
        Message { ts, pad: "x".repeat(size.min(100_000)) }
    }
}

impl Go {
    pub fn each(self, say: impl Fn(Message)) {
        (0..self.k.min(10_000)).for_each(|_| say(Message::new(now_us(), self.size)));
    }
}

impl Run {
    /// Calls `say` as often as was asked for. A message is stamped with the time when it was due:
    /// a server that falls behind cannot hide it.
    pub async fn each(self, say: impl Fn(Message)) {
        let rate = self.rate.clamp(1, 100_000);
        let (start, start_us) = (Instant::now(), now_us());
        for n in 0..rate * self.secs.min(600) {
            let due = Duration::from_secs(1) * n / rate;
            sleep_until(start + due).await;
            let due = u64::try_from(due.as_micros()).unwrap_or(u64::MAX);
            say(Message::new(start_us + due, self.size));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "compared with the clock of another process")]
fn now_us() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

pub fn events(io: &SocketIo) {
    let all = |io: &SocketIo, message: &Message| {
        let _ = io.in_namespace("/").emit("m", message);
    };
    let root = io.of("/");
    let stage = io.clone();
    root.on("go", move |event| {
        let stage = stage.clone();
        async move {
            let Ok(go) = event.get::<Go>(0) else { return };
            go.each(|message| all(&stage, &message));
        }
    });
    let stage = io.clone();
    root.on("run", move |event| {
        let stage = stage.clone();
        async move {
            let Ok(run) = event.get::<Run>(0) else { return };
            run.each(|message| all(&stage, &message)).await;
        }
    });
}

//! For measuring: what one asks for goes to everybody who is connected.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use realtime::socketio::SocketIo;
use serde::{Deserialize, Serialize};

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
    #[expect(clippy::disallowed_methods, reason = "compared with the clock of another process")]
    pub fn new(size: usize) -> Self {
        let ts = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        Message { ts: u64::try_from(ts).unwrap_or(u64::MAX), pad: "x".repeat(size.min(100_000)) }
    }
}

impl Run {
    /// Calls `say` as often as was asked for, without drifting.
    pub async fn each(self, mut say: impl FnMut(Message)) {
        let rate = self.rate.clamp(1, 100_000);
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
        for _ in 0..rate * self.secs.min(600) {
            ticks.tick().await;
            say(Message::new(self.size));
        }
    }
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
            (0..go.k.min(10_000)).for_each(|_| all(&stage, &Message::new(go.size)));
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

//! The fan-out stage on socketioxide behind axum: `bench-socketioxide <port>`.
//!
//! `go {k, size}` sends k messages `m {ts, pad}` to everyone at once; `run {rate, secs, size}` sends
//! them in an open loop, each stamped with the microsecond at which it was due: a server that falls
//! behind must not be the one that hides it.

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};

/// The allocator of the product, so that its peers have it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Deserialize)]
struct Go {
    k: u32,
    size: usize,
}

#[derive(Debug, Deserialize)]
struct Run {
    rate: u32,
    secs: u32,
    size: usize,
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    ts: i64,
    pad: &'a str,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).ok_or("usage: bench-socketioxide <port>")?.parse()?;
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", async |socket: SocketRef| {
        socket.on("go", async |io: SocketIo, Data(order): Data<Go>| go(&io, &order).await);
        socket.on("run", async |io: SocketIo, Data(order): Data<Run>| run(&io, &order).await);
    });
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    // Without this, small exchanges wait for the acknowledgement of the last packet.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().layer(layer)).await?;
    Ok(())
}

async fn go(io: &SocketIo, order: &Go) {
    let pad = "x".repeat(order.size);
    for _ in 0..order.k {
        emit(io, now_us(), &pad).await;
    }
}

async fn run(io: &SocketIo, order: &Run) {
    let pad = "x".repeat(order.size);
    let (start, start_us) = (Instant::now(), now_us());
    for i in 0..order.rate * order.secs {
        let due = Duration::from_secs(1) * i / order.rate;
        sleep_until(start + due).await;
        emit(io, start_us + due.as_micros() as i64, &pad).await;
    }
}

async fn emit(io: &SocketIo, ts: i64, pad: &str) {
    // Fails when some socket's buffer is full; what it loses shows in what is measured.
    let _ = io.emit("m", &Message { ts, pad }).await;
}

fn now_us() -> i64 {
    let now = clock_gettime(ClockId::Realtime);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}

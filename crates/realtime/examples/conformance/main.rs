//! A server for judges and benchmarks:
//! `conformance <port> [ping interval ms] [ping timeout ms] [--recovery]`.
//!
//! - `/engine.io/`: echoes text and binary.
//! - `/socket.io/`: what the protocol's own test suite expects of `/` and `/custom`, and in
//!   `/judge` whatever else a stock client can ask for.
//! - `/echo`: a WebSocket that says back what it hears.
//! - `/ws`: the stage for measuring in plain JSON, which `/socket.io/` has as events.

#[path = "../support/mod.rs"]
mod support;

mod echo;
mod judge;
mod plain;
mod stage;
mod suite;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use realtime::answer;
use realtime::engineio::{Client, Engine, EngineOptions};
use realtime::net::{Echo, RawLimits, accept};
use realtime::socketio::{SocketIo, SocketIoOptions};
use support::{Ground, Request, serve};

const RAW: RawLimits = RawLimits { max_message: 1_000_000, max_fragments: 1024, deflate: true };

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let numbers: Vec<u16> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let number = |at: usize, usual| numbers.get(at).copied().unwrap_or(usual);
    let port = number(0, 3000);
    // Fast enough for a test to see them; a benchmark wants them out of the way.
    let options = EngineOptions {
        ping_interval: Duration::from_millis(number(1, 300).into()),
        ping_timeout: Duration::from_millis(number(2, 200).into()),
        max_payload: 1_000_000,
        origins: Arc::new(|_| true),
        ..EngineOptions::default()
    };
    let ground = Arc::new(Ground::new());
    let Ground { hub, pulse, clock } = &*ground;

    let echo = |session| -> Box<dyn Client> { Box::new(echo::Echo(session)) };
    let engine = Engine::new(hub, pulse, Arc::clone(clock), options.clone(), echo);

    let io_options =
        SocketIoOptions { connect_timeout: Duration::from_secs(1), ..SocketIoOptions::default() };
    let io = SocketIo::new(hub, pulse, Arc::clone(clock), io_options);
    suite::namespaces(&io);
    judge::namespaces(&io);
    stage::events(&io);
    if std::env::args().any(|word| word == "--recovery") {
        io.of("/").recover(Duration::from_secs(120));
    }
    let sockets = Engine::new(hub, pulse, Arc::clone(clock), options, io);

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    serve(address, move |mut request: Request, peer| {
        let (engine, sockets, ground) = (engine.clone(), sockets.clone(), Arc::clone(&ground));
        async move {
            match request.uri().path() {
                "/engine.io/" => engine.handle(request, peer).await,
                "/socket.io/" => sockets.handle(request, peer).await,
                "/echo" => accept(&ground.hub, &mut request, RAW, Echo),
                "/ws" => plain::accept(&ground, &mut request),
                _ => answer::empty(http::StatusCode::NOT_FOUND),
            }
        }
    })
    .await
}

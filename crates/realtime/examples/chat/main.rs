//! A chat in which Socket.IO clients and plain WebSockets share rooms: `chat <port>`.
//!
//! - `/` is a page without a library: it listens on `/ws` and speaks by `fetch`.
//! - `/socket.io/` is for stock clients: `enter`, `say`, `typing` and `who`; see `room`.
//! - `/ws/simple` is for everything else that has a WebSocket: subscribe to `chat:<room>`.

#[path = "../support/mod.rs"]
mod support;

mod gate;
mod page;
mod people;
mod room;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use realtime::answer;
use realtime::engineio::{Engine, EngineOptions};
use realtime::gate::Premises;
use realtime::hub::Hub;
use realtime::native::{Door, Options};
use realtime::registry::{self, Registry};
use realtime::socketio::{SocketIo, SocketIoOptions};
use support::{Ground, Request, serve};

use gate::Open;
use people::People;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(3000);
    let Ground { hub, pulse, clock } = Ground::new();

    let io = SocketIo::new(&hub, &pulse, Arc::clone(&clock), SocketIoOptions::default());
    let people = People::default();
    room::open(&io, &people);
    let options = EngineOptions::default();
    let sockets = Engine::new(&hub, &pulse, Arc::clone(&clock), options, io.clone());

    tokio::spawn(forget(hub.clone(), io.clone()));

    let registry = Registry::new(registry::Options::default(), Arc::clone(&clock));
    let gate = Arc::new(Open::new(Arc::clone(&clock)));
    let premises = Premises { hub, pulse, clock, registry, gate };
    let door = Door::new(premises, Options::default())?;

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    serve(address, move |request: Request, peer| {
        let (sockets, door) = (sockets.clone(), door.clone());
        let (io, people) = (io.clone(), people.clone());
        async move {
            match request.uri().path() {
                "/socket.io/" => sockets.handle(request, peer).await,
                "/ws" | "/ws/simple" | "/ws/json" => door.handle(request, peer).await,
                "/" => page::page(),
                "/say" => page::say(&io, &request),
                "/typing" => page::typing(&io, &request),
                "/who" => page::who(&people, &request),
                _ => answer::empty(http::StatusCode::NOT_FOUND),
            }
        }
    })
    .await?;
    Ok(())
}

/// What nobody comes back for any more.
async fn forget(hub: Hub, io: SocketIo) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        hub.expire();
        io.expire();
    }
}

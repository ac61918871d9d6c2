//! A server with both doors, and the means to see and move what is behind them.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use model::{Clock, SystemClock};
use realtime::gate::Premises;
use realtime::hub::history::Keep;
use realtime::hub::lanes::Class;
use realtime::hub::{Audience, Body, Hub, HubOptions, Publication, Scope};
use realtime::native::json::Kind;
use realtime::native::{Door, Options, stream_room};
use realtime::net::pulse::Pulse;
use realtime::registry::{self, Registry};
use realtime::sse;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::gate::Keeper;

pub struct House {
    pub premises: Premises,
    pub keeper: Arc<Keeper>,
    pub door: Door,
    pub streams: sse::Door,
    pub address: SocketAddr,
    /// The server ends with the house.
    _close: oneshot::Sender<()>,
}

/// What a publication is remembered for.
pub const KEEP: Keep = Keep { count: 1000, bytes: 1 << 20, age_ms: 60_000 };

/// As fast as a test can bear.
pub fn options() -> Options {
    Options { testing: true, auth_within: None, ..Options::default() }
}

pub async fn house() -> House {
    House::open(options(), registry::Options::default()).await
}

impl House {
    pub async fn of(options: Options) -> House {
        House::open(options, registry::Options::default()).await
    }

    pub async fn open(options: Options, limits: registry::Options) -> House {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let hub = HubOptions { shards: 2, ..HubOptions::new(Arc::clone(&clock)) };
        House::on(Hub::start(&hub), options, limits).await
    }

    pub async fn on(hub: Hub, options: Options, limits: registry::Options) -> House {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let keeper = Arc::new(Keeper::new(Arc::clone(&clock)));
        let premises = Premises {
            hub,
            pulse: Pulse::start(),
            registry: Registry::new(limits, Arc::clone(&clock)),
            clock,
            gate: Arc::clone(&keeper) as Arc<dyn realtime::gate::Gate>,
        };
        let door = Door::new(premises.clone(), options).expect("options that fit");
        let streams = sse::Options { keep_alive: Duration::from_millis(50), ..Default::default() };
        let streams = sse::Door::new(premises.clone(), streams);
        let (close, closed) = oneshot::channel();
        let address = serve(door.clone(), streams.clone(), closed).await;
        House { premises, keeper, door, streams, address, _close: close }
    }

    pub fn scope(&self) -> Arc<Scope> {
        self.premises.hub.scope("shop", "/")
    }

    pub fn publication(&self, room: &str, name: &str, data: &str) -> Publication {
        let kind = [Kind::Status, Kind::Stats, Kind::Health, Kind::Config];
        let kind = kind.into_iter().find(|kind| stream_room(*kind) == room);
        let body = Body {
            name: name.into(),
            args: data.into(),
            arity: 1,
            attachments: Arc::default(),
            kind: kind.unwrap_or(Kind::System),
        };
        let publication = Publication::new(self.scope(), Audience::room(room), body);
        Publication { keep: Some(KEEP), ..publication }
    }

    pub fn publish(&self, room: &str, name: &str, data: &str) {
        let publication = self.publication(room, name, data);
        self.premises.hub.publish(publication).expect("room in the lanes");
    }

    /// Numbered events, from `from` on.
    pub fn count(&self, room: &str, numbers: std::ops::Range<u32>) {
        let name = if room == "sb:stats" { "stats_update" } else { "notice" };
        numbers.for_each(|n| self.publish(room, name, &format!("{{\"n\":{n}}}")));
    }

    pub fn publish_reliably(&self, room: &str, name: &str, data: &str) {
        let publication = self.publication(room, name, data);
        let publication = Publication { class: Class::Reliable, ..publication };
        self.premises.hub.publish(publication).expect("room in the lanes");
    }
}

async fn serve(door: Door, streams: sse::Door, mut closed: oneshot::Receiver<()>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => accepted.expect("a connection"),
                _ = &mut closed => return,
            };
            let (door, streams) = (door.clone(), streams.clone());
            tokio::spawn(async move {
                let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let (door, streams) = (door.clone(), streams.clone());
                    async move {
                        Ok::<_, Infallible>(if request.uri().path().starts_with("/ws") {
                            door.handle(request, peer.ip()).await
                        } else {
                            streams.handle(request, peer.ip()).await
                        })
                    }
                });
                let connection = http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .with_upgrades();
                drop(connection.await);
            });
        }
    });
    address
}

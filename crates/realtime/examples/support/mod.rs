//! The least that serves HTTP: what the product does with its own router.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use model::{Clock, SystemClock};
use realtime::answer::Answer;
use realtime::hub::{Hub, HubOptions};
use realtime::net::pulse::Pulse;
use tokio::net::TcpListener;

pub type Request = http::Request<Incoming>;

/// What everything else stands on.
pub struct Ground {
    pub hub: Hub,
    pub pulse: Pulse,
    pub clock: Arc<dyn Clock>,
}

impl Ground {
    pub fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let hub = Hub::start(&HubOptions::new(Arc::clone(&clock)));
        Ground { hub, pulse: Pulse::start(), clock }
    }
}

/// Answers every request on `address` by `route`, until the process ends.
pub async fn serve<F, R>(address: SocketAddr, route: F) -> std::io::Result<()>
where
    F: Fn(Request, IpAddr) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Answer> + Send + 'static,
{
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, peer) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let route = route.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let answer = route(request, peer.ip());
                async move { Ok::<_, Infallible>(answer.await) }
            });
            let connection = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            // A client that hangs up is nothing to speak of.
            drop(connection.await);
        });
    }
}

//! Accepting connections, and letting them go.
//!
//! hyper is driven directly because what matters here is out of `axum::serve`'s reach: a limit on
//! connections, a deadline for request heads, and a drain that ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Request line and headers together; web-see's image requests are long.
const MAX_HEAD_BYTES: usize = 128 << 10;
/// After a failed accept (out of file descriptors, mostly) there is no use in trying at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy)]
pub struct ListenOptions {
    /// Open connections over all listeners. Further ones wait in the system's accept queue.
    pub max_connections: usize,
    /// For a request head to arrive, and for the next request on a connection that is kept open.
    pub header_timeout: Duration,
    /// How long a shutdown waits for requests in flight.
    pub grace: Duration,
}

/// How a shutdown went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut off when the grace period was over.
    pub aborted: usize,
}

/// Serves until `stop` becomes true (or its sender is gone), then stops accepting, lets requests
/// in flight finish, and returns.
pub async fn listen(
    listeners: Vec<TcpListener>,
    router: Router,
    options: ListenOptions,
    stop: watch::Receiver<bool>,
) -> Drained {
    let permits = Arc::new(Semaphore::new(options.max_connections));
    let mut accepting = JoinSet::new();
    for listener in listeners {
        let connection = Connection {
            router: router.clone(),
            header_timeout: options.header_timeout,
            stop: stop.clone(),
        };
        accepting.spawn(accept(listener, connection, Arc::clone(&permits)));
    }
    let mut open = JoinSet::new();
    while let Some(connections) = accepting.join_next().await {
        // A panic here would be a bug of the loop below; its connections end with it.
        if let Ok(mut connections) = connections {
            open.spawn(async move { while connections.join_next().await.is_some() {} });
        }
    }
    let done = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(options.grace, done).await.is_ok() {
        return Drained { aborted: 0 };
    }
    let aborted = options.max_connections - permits.available_permits();
    open.shutdown().await;
    Drained { aborted }
}

#[derive(Clone)]
struct Connection {
    router: Router,
    header_timeout: Duration,
    stop: watch::Receiver<bool>,
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which ends the server as well.
    drop(stop.wait_for(|stop| *stop).await);
}

async fn accept(
    listener: TcpListener,
    connection: Connection,
    permits: Arc<Semaphore>,
) -> JoinSet<()> {
    let mut connections = JoinSet::new();
    let mut stop = connection.stop.clone();
    loop {
        let next = async {
            // Never closed, so this waits until there is room.
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            () = stopped(&mut stop) => return connections,
        };
        // What has ended is forgotten, or the set would grow with every connection ever made.
        while connections.try_join_next().is_some() {}
        match (permit, accepted) {
            (Ok(permit), Ok((stream, peer))) => {
                connections.spawn(connection.clone().serve(stream, peer, permit));
            }
            (_, Err(error)) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            (Err(_), Ok(_)) => return connections,
        }
    }
}

impl Connection {
    async fn serve(mut self, stream: TcpStream, peer: SocketAddr, _permit: OwnedSemaphorePermit) {
        // Answers are small and written whole; waiting for more would only add 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
        let router = self.router.clone();
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request.map(axum::body::Body::new))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopped(&mut self.stop) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        // A peer that hangs up or dawdles is no event; the access log has what was served.
        if let Err(error) = ended {
            tracing::trace!(%error, "connection ended");
        }
    }
}

#[cfg(test)]
mod tests;

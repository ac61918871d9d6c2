use std::io;
use std::sync::Arc;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection that has been promised and is not yet handed over.
pub struct Pending(OnUpgrade);

/// To be called before the 101 is answered; what it returns completes after.
pub fn take_over<B>(request: &mut http::Request<B>) -> Pending {
    Pending(hyper::upgrade::on(request))
}

impl Pending {
    /// The bare stream, and what the client sent right after its request.
    pub async fn stream(self) -> io::Result<(Arc<TcpStream>, Bytes)> {
        let upgraded = self.0.await.map_err(io::Error::other)?;
        // The write path needs the socket itself: everything that listens serves plain TCP.
        let parts = upgraded
            .downcast::<TokioIo<TcpStream>>()
            .map_err(|_| io::Error::other("the connection is not a TCP stream"))?;
        let stream = parts.io.into_inner();
        stream.set_nodelay(true)?;
        // A copy: the buffer it is a part of is as large as the largest request head.
        Ok((Arc::new(stream), Bytes::copy_from_slice(&parts.read_buf)))
    }
}

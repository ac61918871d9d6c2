use std::time::Duration;

use tokio::io::Interest;
use tokio::net::TcpStream;

use crate::hub::Link;

/// For what still waits to be written, and for the client to hang up after our goodbye.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says goodbye, if the connection still stands, and lets it go.
pub(super) async fn finish(stream: &TcpStream, link: &Link) {
    if let Some(ending) = link.ending() {
        let goodbye = async {
            if ending.abrupt {
                link.abandon();
            }
            if !drain(stream, link).await || !write_all(stream, &ending.farewell).await {
                return;
            }
            // A client that only waits for the end sees it now.
            if rustix::net::shutdown(stream, rustix::net::Shutdown::Write).is_ok() {
                wait_for_end(stream).await;
            }
        };
        // A client that does not read is not waited for.
        drop(tokio::time::timeout(PATIENCE, goodbye).await);
    }
    link.gone();
}

async fn drain(stream: &TcpStream, link: &Link) -> bool {
    loop {
        match link.flush() {
            Ok(true) => return true,
            Ok(false) => {
                if stream.ready(Interest::WRITABLE).await.is_err() {
                    return false;
                }
            }
            Err(_) => return false,
        }
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if stream.ready(Interest::WRITABLE).await.is_err() {
                    return false;
                }
            }
            Err(_) => return false,
        }
    }
    true
}

/// Closing a socket with unread bytes in it resets the connection, and the goodbye may be lost.
async fn wait_for_end(stream: &TcpStream) {
    let mut buffer = [0; 1024];
    loop {
        match stream.try_read(&mut buffer) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if stream.ready(Interest::READABLE).await.is_err() {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

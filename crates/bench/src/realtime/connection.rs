use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::dialect::Handshake;
use super::frame::{FrameError, Opcode, Scanner, masked};

/// Response headers are short; a longer head means that something else is listening.
const MAX_HEAD: usize = 4 << 10;

/// Why a connection is over.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    #[error("the server closed the connection")]
    Closed,
    #[error("the server refused the upgrade: {0}")]
    Refused(String),
    #[error("the server does not read")]
    Full,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Upgrading,
    Connecting,
    Ready,
}

/// One client. It answers heartbeats by itself and hands on all other text.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    connect: Option<String>,
    phase: Phase,
    /// The answer to the upgrade as far as it has come.
    head: Vec<u8>,
    scanner: Scanner,
}

impl Connection {
    pub fn open(address: SocketAddr, handshake: &Handshake) -> Result<Self, Ended> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2lnbmFsYm94IGJlbmNoIQ==\r\n\r\n",
            handshake.path
        );
        write(&mut stream, request.as_bytes())?;
        Ok(Connection {
            stream,
            connect: handshake.connect.clone(),
            phase: Phase::Upgrading,
            head: Vec::new(),
            scanner: Scanner::default(),
        })
    }

    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    pub fn send(&mut self, text: &str) -> Result<(), Ended> {
        write(&mut self.stream, &masked(Opcode::Text, text.as_bytes()))
    }

    /// Reads once. Whoever waits for readiness by level is told again when there is more.
    pub fn read(&mut self, buffer: &mut [u8], hear: &mut dyn FnMut(&[u8])) -> Result<(), Ended> {
        let n = match self.stream.read(buffer) {
            Ok(0) => return Err(Ended::Closed),
            Ok(n) => n,
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                return Ok(());
            }
            Err(e) => return Err(e.into()),
        };
        if self.phase == Phase::Upgrading {
            return self.upgrade(&buffer[..n], hear);
        }
        self.frames(&buffer[..n], hear)
    }

    fn upgrade(&mut self, bytes: &[u8], hear: &mut dyn FnMut(&[u8])) -> Result<(), Ended> {
        self.head.extend_from_slice(bytes);
        let Some(end) = self.head.windows(4).position(|w| w == b"\r\n\r\n") else {
            return if self.head.len() > MAX_HEAD { Err(Ended::Closed) } else { Ok(()) };
        };
        let head = std::mem::take(&mut self.head);
        if !head.starts_with(b"HTTP/1.1 101 ") {
            let line = head.split(|&b| b == b'\r').next().unwrap_or_default();
            return Err(Ended::Refused(String::from_utf8_lossy(line).into_owned()));
        }
        self.phase = if self.connect.is_some() { Phase::Connecting } else { Phase::Ready };
        self.frames(&head[end + 4..], hear)
    }

    fn frames(&mut self, bytes: &[u8], hear: &mut dyn FnMut(&[u8])) -> Result<(), Ended> {
        let Connection { stream, connect, phase, scanner, .. } = self;
        let mut result = Ok(());
        scanner.feed(bytes, |opcode, payload| {
            let answer = match (opcode, payload) {
                (Opcode::Text, b"2") if connect.is_some() => {
                    write(stream, &masked(Opcode::Text, b"3"))
                }
                (Opcode::Text, [b'0', ..]) if *phase == Phase::Connecting => {
                    let packet = connect.as_deref().unwrap_or_default();
                    write(stream, &masked(Opcode::Text, packet.as_bytes()))
                }
                (Opcode::Text, text) => {
                    if text.starts_with(b"40") {
                        *phase = Phase::Ready;
                    }
                    hear(text);
                    Ok(())
                }
                (Opcode::Ping, payload) => write(stream, &masked(Opcode::Pong, payload)),
                (Opcode::Close, _) => Err(Ended::Closed),
                (Opcode::Binary | Opcode::Pong, _) => Ok(()),
            };
            if result.is_ok() {
                result = answer;
            }
        })?;
        result
    }
}

/// What a client sends always fits into an empty socket buffer, unless the server stands still.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> Result<(), Ended> {
    match stream.write(bytes) {
        Ok(n) if n == bytes.len() => Ok(()),
        Ok(_) => Err(Ended::Full),
        Err(e) if e.kind() == ErrorKind::WouldBlock => Err(Ended::Full),
        Err(e) => Err(e.into()),
    }
}

//! Reading. Writing is done by whoever has something to say (see `hub::link`); this task only
//! writes what the kernel did not take then.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::finish::finish;
use crate::hub::{Ending, Link, Part};
use crate::websocket::{CloseCode, Message, Reader, frame};

/// What is spoken over a WebSocket. Called in order, never twice at once.
pub trait Speaker: Send {
    fn text(&mut self, text: &str) -> Heard;
    fn binary(&mut self, bytes: Bytes) -> Heard;
    /// Any frame at all: the client is alive.
    fn alive(&mut self) {}
    /// A ping's answer, for those who send pings of the protocol.
    fn pong(&mut self) {}
    /// Whether nothing more can be taken until [`Link::rouse`] is called.
    fn busy(&self) -> bool {
        false
    }
    /// The client broke the rules of the protocol; it is being told so.
    fn violated(&mut self, _label: &'static str) {}
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Go,
    End(Ending),
}

/// Large enough for most of what gathers between two looks; shared by all connections of a thread.
const SCRATCH: usize = 32 << 10;
/// Reads before others may use the thread.
const READS_PER_TURN: usize = 8;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]);
}

enum Look {
    More,
    Drained,
    /// The client is gone, or has said goodbye.
    Over(&'static str),
}

/// Until the connection is over. Returns why.
pub async fn drive(
    stream: &Arc<TcpStream>,
    link: &Arc<Link>,
    mut reader: Reader,
    early: Bytes,
    speaker: &mut (impl Speaker + ?Sized),
) -> &'static str {
    let reason = listen(stream, link, &mut reader, early.to_vec(), speaker).await;
    drop(reader);
    finish(stream, link).await;
    reason
}

async fn listen(
    stream: &TcpStream,
    link: &Link,
    reader: &mut Reader,
    mut rest: Vec<u8>,
    speaker: &mut (impl Speaker + ?Sized),
) -> &'static str {
    loop {
        if let Some(ending) = link.ending() {
            return ending.reason;
        }
        if link.is_gone() {
            return "transport close";
        }
        if !rest.is_empty() && !speaker.busy() {
            let mut held = std::mem::take(&mut rest);
            match hear(&mut held, &mut rest, reader, link, speaker) {
                Some(reason) => return reason,
                None => continue,
            }
        }
        let waiting = link.has_waiting();
        let interest = match (speaker.busy(), waiting) {
            (false, false) => Some(Interest::READABLE),
            (false, true) => Some(Interest::READABLE | Interest::WRITABLE),
            (true, true) => Some(Interest::WRITABLE),
            (true, false) => None,
        };
        let ready = async {
            match interest {
                Some(interest) => stream.ready(interest).await,
                None => std::future::pending().await,
            }
        };
        let ready = tokio::select! {
            ready = ready => ready,
            () = link.attention() => continue,
        };
        let Ok(ready) = ready else { return "transport error" };
        if waiting && ready.is_writable() && link.flush().is_err() {
            return "transport error";
        }
        if ready.is_readable() || ready.is_read_closed() {
            match read(stream, &mut rest, reader, link, speaker) {
                Look::Over(reason) => return reason,
                Look::Drained => {}
                Look::More => tokio::task::yield_now().await,
            }
        }
    }
}

fn read(
    stream: &TcpStream,
    rest: &mut Vec<u8>,
    reader: &mut Reader,
    link: &Link,
    speaker: &mut (impl Speaker + ?Sized),
) -> Look {
    BUFFER.with_borrow_mut(|buffer| {
        for _ in 0..READS_PER_TURN {
            if speaker.busy() {
                return Look::Drained;
            }
            match stream.try_read(buffer) {
                Ok(0) => return Look::Over("transport close"),
                Ok(count) => {
                    if let Some(reason) = hear(&mut buffer[..count], rest, reader, link, speaker) {
                        return Look::Over(reason);
                    }
                    if count < buffer.len() {
                        return Look::Drained;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Look::Drained,
                Err(_) => return Look::Over("transport error"),
            }
        }
        Look::More
    })
}

/// Passes on all messages in what was read. What is left when the speaker becomes busy goes to
/// `rest`; as nothing is read then, that is one buffer at most. `Some`: the connection is over,
/// and why.
fn hear(
    mut input: &mut [u8],
    rest: &mut Vec<u8>,
    reader: &mut Reader,
    link: &Link,
    speaker: &mut (impl Speaker + ?Sized),
) -> Option<&'static str> {
    loop {
        let heard = match reader.read(&mut input) {
            Ok(None) => return None,
            Ok(Some(message)) => {
                speaker.alive();
                match message {
                    Message::Text(text) => speaker.text(&text),
                    Message::Binary(bytes) => speaker.binary(Bytes::copy_from_slice(&bytes)),
                    Message::Ping(payload) => {
                        link.send(Part::must(frame::pong(&payload)), std::time::Instant::now());
                        Heard::Go
                    }
                    Message::Pong(_) => {
                        speaker.pong();
                        Heard::Go
                    }
                    Message::Close { code, .. } => {
                        let farewell = frame::close(code.unwrap_or(CloseCode::NORMAL), "");
                        Heard::End(Ending { farewell, reason: "transport close", abrupt: false })
                    }
                }
            }
            Err(violation) => {
                speaker.violated(violation.label());
                let farewell = frame::close(violation.code(), violation.label());
                Heard::End(Ending { farewell, reason: "transport error", abrupt: false })
            }
        };
        if let Heard::End(ending) = heard {
            let reason = ending.reason;
            link.end(ending);
            return Some(reason);
        }
        if !input.is_empty() && speaker.busy() {
            rest.extend_from_slice(input);
            return None;
        }
    }
}

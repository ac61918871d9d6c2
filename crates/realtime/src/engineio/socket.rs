//! Sessions on a WebSocket, from the beginning or after an upgrade from polling.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::engine::{Inner, switching};
use super::packet::{Packet, decode_text};
use super::problem::Problem;
use super::session::{Session, Stop, Transport};
use crate::answer::Answer;
use crate::handshake::Handshake;
use crate::hub::Ending;
use crate::net::{Heard, Pending, Speaker, drive, take_over};
use crate::websocket::{CloseCode, Limits, Message, Offer, Reader, frame};

pub(super) fn open<B>(
    engine: &Arc<Inner>,
    handshake: Handshake,
    request: &mut Request<B>,
) -> Result<Answer, Problem> {
    let (answer, pending, deflate) = accept(engine, request)?;
    let engine = Arc::clone(engine);
    tokio::spawn(async move {
        let Ok((stream, early)) = pending.stream().await else { return };
        let link = engine.hub.link_to_stream(Arc::clone(&stream));
        link.set_deflate(deflate);
        let session = engine.begin(handshake, link, Transport::WebSocket);
        let reader = reader(&engine, deflate);
        drop(engine);
        speak(session, stream, reader, early).await;
    });
    Ok(answer)
}

pub(super) fn upgrade<B>(
    engine: &Arc<Inner>,
    session: Arc<Session>,
    request: &mut Request<B>,
) -> Result<Answer, Problem> {
    let (answer, pending, deflate) = accept(engine, request)?;
    let engine = Arc::clone(engine);
    tokio::spawn(async move {
        let Ok((stream, early)) = pending.stream().await else { return };
        let mut reader = reader(&engine, deflate);
        let patience = engine.options.upgrade_timeout;
        drop(engine);
        let rest = probe(&session, &stream, &mut reader, early, patience).await;
        match rest {
            Some(rest) if session.complete_upgrade(Arc::clone(&stream), deflate) => {
                speak(session, stream, reader, rest).await;
            }
            // The session goes on as it was.
            _ => session.abandon_upgrade(),
        }
    });
    Ok(answer)
}

fn accept<B>(engine: &Inner, request: &mut Request<B>) -> Result<(Answer, Pending, bool), Problem> {
    let offer = Offer { protocols: &[], deflate: engine.options.deflate };
    let (method, version, headers) = (request.method(), request.version(), request.headers());
    let upgrade = crate::websocket::upgrade(method, version, headers, &offer);
    let upgrade = upgrade.map_err(|_| Problem::BadRequest)?;
    Ok((switching(upgrade.headers), take_over(request), upgrade.deflate))
}

fn reader(engine: &Inner, deflate: bool) -> Reader {
    let max_message = engine.options.max_payload;
    Reader::new(Limits { max_message, max_fragments: Limits::FRAGMENTS, deflate })
}

async fn speak(session: Arc<Session>, stream: Arc<TcpStream>, reader: Reader, early: Bytes) {
    let link = Arc::clone(session.link());
    let mut speaker = Spoken(&session);
    let reason = drive(&stream, &link, reader, early, &mut speaker).await;
    session.over(reason, None);
}

struct Spoken<'a>(&'a Session);

impl Spoken<'_> {
    fn heard(&self, packet: &Packet<'_>) -> Heard {
        match self.0.receive(packet) {
            Ok(()) => Heard::Go,
            Err(Stop(reason)) => Heard::End(Ending {
                farewell: frame::close(CloseCode::NORMAL, ""),
                reason,
                abrupt: false,
            }),
        }
    }
}

impl Speaker for Spoken<'_> {
    fn text(&mut self, text: &str) -> Heard {
        match decode_text(text) {
            Ok(packet) => self.heard(&packet),
            Err(_) => Heard::End(Ending {
                farewell: frame::close(CloseCode::PROTOCOL, "parse error"),
                reason: "parse error",
                abrupt: false,
            }),
        }
    }

    fn binary(&mut self, bytes: Bytes) -> Heard {
        self.heard(&Packet::Binary(bytes))
    }

    fn busy(&self) -> bool {
        self.0.busy()
    }
}

/// `2probe`, answered by `3probe`, then `5`. Returns what came right after that.
async fn probe(
    session: &Session,
    stream: &TcpStream,
    reader: &mut Reader,
    early: Bytes,
    patience: Duration,
) -> Option<Bytes> {
    let probing = async {
        let mut chunk = early.to_vec();
        let mut probed = false;
        loop {
            let mut input = &mut chunk[..];
            while let Some(message) = reader.read(&mut input).ok()? {
                match (message, probed) {
                    (Message::Text(text), false) if text == "2probe" => {
                        if !session.begin_upgrade() {
                            return None;
                        }
                        probed = true;
                        // Nothing was written yet, so the kernel has room for nine bytes.
                        stream.try_write(&frame::text("3probe")).ok()?;
                    }
                    (Message::Text(text), true) if text == "5" => {
                        return Some(Bytes::copy_from_slice(input));
                    }
                    (Message::Ping(_) | Message::Pong(_), _) => {}
                    _ => return None,
                }
            }
            chunk = more(stream).await?;
        }
    };
    tokio::time::timeout(patience, probing).await.ok().flatten()
}

async fn more(stream: &TcpStream) -> Option<Vec<u8>> {
    loop {
        stream.ready(Interest::READABLE).await.ok()?;
        let mut chunk = vec![0; 1024];
        match stream.try_read(&mut chunk) {
            Ok(0) => return None,
            Ok(count) => {
                chunk.truncate(count);
                return Some(chunk);
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
}

//! Long-polling: what waits is fetched by GET, what the client says comes by POST.

use std::pin::Pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::StatusCode;

use super::options::EngineOptions;
use super::packet::handshake_json;
use super::payload::{PayloadLimits, PayloadWriter, split};
use super::problem::Problem;
use super::session::{Session, Stop, Transport};
use crate::answer::{Answer, TEXT, answer};
use crate::websocket::frame;

const PACKETS: usize = 4096;

/// The first packet of a session.
pub(super) fn opening(session: &Session, options: &EngineOptions, transport: Transport) -> String {
    let upgrades: &[&str] = match transport {
        Transport::Polling => &["websocket"],
        Transport::WebSocket => &[],
    };
    let (interval, timeout) = (options.ping_interval, options.ping_timeout);
    let json = handshake_json(&session.id, upgrades, interval, timeout, options.max_payload);
    format!("0{json}")
}

/// The answer to the request that opened the session.
pub(super) fn first(session: &Session, options: &EngineOptions) -> Answer {
    waiting(session, options).unwrap_or_else(|| answer(StatusCode::OK, TEXT, "6"))
}

pub(super) async fn get(
    session: &Arc<Session>,
    options: &EngineOptions,
) -> Result<Answer, Problem> {
    let Ok(_turn) = session.poll() else {
        // The other one is told that it is over; this one that it should not have been.
        session.over("transport error", Some("1"));
        return Err(Problem::BadRequest);
    };
    let mut given_up = GivenUp(Some(session));
    loop {
        if let Some(answer) = waiting(session, options) {
            given_up.0 = None;
            return Ok(answer);
        }
        if session.sends_poll_away() {
            given_up.0 = None;
            // What it was closed with is there by now.
            let last = waiting(session, options);
            return Ok(last.unwrap_or_else(|| answer(StatusCode::OK, TEXT, "6")));
        }
        if let Some(ending) = session.link().ending() {
            given_up.0 = None;
            session.over(ending.reason, None);
            return Ok(answer(StatusCode::OK, TEXT, "1"));
        }
        if session.link().is_gone() {
            return Err(Problem::BadRequest);
        }
        session.link().attention().await;
    }
}

/// A client that hangs up while it polls is gone.
struct GivenUp<'a>(Option<&'a Session>);

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.over("transport close", None);
        }
    }
}

fn waiting(session: &Session, options: &EngineOptions) -> Option<Answer> {
    if session.transport() != Transport::Polling {
        return None;
    }
    // As base64, bytes take a third more.
    let parts = session.link().take(options.max_payload / 4 * 3);
    if parts.is_empty() {
        return None;
    }
    let mut body = PayloadWriter::new(usize::MAX);
    for (text, payload) in parts.iter().flat_map(|part| frame::payloads(part)) {
        // Without a budget everything is taken.
        let _ = match text {
            true => body.push_text(&String::from_utf8_lossy(payload)),
            false => body.push_binary(payload),
        };
    }
    Some(answer(StatusCode::OK, TEXT, body.into_body()))
}

pub(super) async fn post<B>(
    session: &Session,
    options: &EngineOptions,
    body: B,
) -> Result<Answer, Problem>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    let Ok(_turn) = session.post() else {
        session.over("transport error", Some("1"));
        return Err(Problem::BadRequest);
    };
    let body = match collect(body, options.max_payload).await {
        Ok(body) => body,
        Err(problem) => {
            session.over("transport error", Some("1"));
            return Err(problem);
        }
    };
    let limits = PayloadLimits { bytes: options.max_payload, packets: PACKETS };
    let packets = split(&body, limits).map_err(|_| broken(session))?;
    for packet in packets {
        let packet = packet.map_err(|_| broken(session))?;
        while session.busy() && !session.is_closed() {
            session.idle().await;
        }
        if let Err(Stop(reason)) = session.receive(&packet) {
            let said_so = reason == "transport close";
            session.over(reason, Some(if said_so { "6" } else { "1" }));
            if !said_so {
                return Err(Problem::BadRequest);
            }
            break;
        }
    }
    Ok(answer(StatusCode::OK, "text/html", "ok"))
}

fn broken(session: &Session) -> Problem {
    session.over("parse error", Some("1"));
    Problem::BadRequest
}

async fn collect<B>(mut body: B, limit: usize) -> Result<Bytes, Problem>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(Problem::TooLarge);
    }
    let mut all = BytesMut::new();
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        let Some(frame) = frame else { return Ok(all.freeze()) };
        let Ok(frame) = frame else { return Err(Problem::BadRequest) };
        if let Ok(data) = frame.into_data() {
            if all.len() + data.len() > limit {
                return Err(Problem::TooLarge);
            }
            all.extend_from_slice(&data);
        }
    }
}

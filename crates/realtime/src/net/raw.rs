use std::io;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{Method, Request, Version};

use super::{Heard, Speaker, drive, take_over};
use crate::answer::{self, Answer};
use crate::hub::{Hub, Link, Part};
use crate::websocket::{Limits, Offer, Reader, upgrade};

/// A WebSocket without a protocol on top: what the client says goes to `speaker`, made for its
/// link. The answer accepts the handshake or says why not.
pub fn accept<B, S>(
    hub: &Hub,
    request: &mut Request<B>,
    limits: RawLimits,
    speaker: impl FnOnce(Arc<Link>) -> S + Send + 'static,
) -> Answer
where
    S: Speaker + 'static,
{
    let offer = Offer { protocols: &[], deflate: limits.deflate };
    let (method, version): (&Method, Version) = (request.method(), request.version());
    let agreed = match upgrade(method, version, request.headers(), &offer) {
        Ok(agreed) => agreed,
        Err(error) => {
            let mut refused = answer::answer(error.status(), answer::TEXT, error.to_string());
            refused.headers_mut().extend(error.headers());
            return refused;
        }
    };
    let deflate = agreed.deflate;
    let mut accepted = answer::empty(http::StatusCode::SWITCHING_PROTOCOLS);
    *accepted.headers_mut() = agreed.headers;
    let (hub, pending) = (hub.clone(), take_over(request));
    tokio::spawn(async move {
        let (stream, early): (_, Bytes) = match pending.stream().await {
            Ok(taken) => taken,
            Err(error) => return not_taken(&error),
        };
        let link = hub.link_to_stream(Arc::clone(&stream));
        link.set_deflate(deflate);
        let mut speaker = speaker(Arc::clone(&link));
        let reader = Reader::new(Limits {
            max_message: limits.max_message,
            max_fragments: limits.max_fragments,
            deflate,
        });
        drive(&stream, &link, reader, early, &mut speaker).await;
    });
    accepted
}

#[derive(Debug, Clone, Copy)]
pub struct RawLimits {
    pub max_message: usize,
    pub max_fragments: u32,
    pub deflate: bool,
}

fn not_taken(error: &io::Error) {
    tracing::debug!(%error, "a WebSocket was not handed over");
}

/// Says back what it hears.
pub struct Echo(pub Arc<Link>);

impl Speaker for Echo {
    fn text(&mut self, text: &str) -> Heard {
        let wire = self.wire();
        self.0.send(Part::must(crate::hub::wire::text(text, wire)), Instant::now());
        Heard::Go
    }

    fn binary(&mut self, bytes: Bytes) -> Heard {
        let wire = self.wire();
        self.0.send(Part::must(crate::hub::wire::binary(&bytes, wire)), Instant::now());
        Heard::Go
    }
}

impl Echo {
    fn wire(&self) -> crate::hub::Wire {
        crate::hub::Wire { dialect: crate::hub::Dialect::Json, deflate: self.0.deflates() }
    }
}

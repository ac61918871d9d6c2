//! From an HTTP request to the request that the pipeline understands.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method as HttpMethod, header};
use model::{Reason, Source};
use pipeline::{Headers, Method, Refusal, Request, SignatureHeaders};

use super::body::{self, BodyError, ReadBody};
use super::credentials;
use crate::App;

/// A request in memory, and its share of the body budget until it has been answered.
pub struct Received {
    pub request: Request,
    pub body: ReadBody,
}

/// Reads the body and hands over what the pipeline may look at. A request that fails here has
/// been counted, as one item, in the ledger of the project whose key it shows.
pub async fn receive(
    app: &App,
    source: Source,
    ip: IpAddr,
    parts: &Parts,
    body: Body,
) -> Result<Received, Refusal> {
    let received_at = app.clock.now();
    let max = app.pipeline.max_body(parts.uri.path());
    let read = body::read(&parts.headers, body, max, &app.bodies).await.map_err(|error| {
        let key = credentials::plain_key(&parts.headers, parts.uri.query());
        app.pipeline.refuse(source, key.as_deref(), refusal(error))
    })?;
    let request = Request {
        method: if parts.method == HttpMethod::POST { Method::Post } else { Method::Get },
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers(&parts.headers),
        body: read.bytes.clone(),
        ip,
        received_at,
    };
    Ok(Received { request, body: read })
}

fn refusal(error: BodyError) -> Refusal {
    let detail = error.to_string();
    match error {
        BodyError::TooLarge(_) => Refusal::new(Reason::TooLarge, detail),
        BodyError::Overloaded => Refusal::new(Reason::QueueFull, detail).retry_after(1),
        BodyError::TimedOut | BodyError::Broken => Refusal::new(Reason::Malformed, detail),
    }
}

fn headers(from: &HeaderMap) -> Headers {
    let text = |name: &str| from.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    Headers {
        origin: text(header::ORIGIN.as_str()),
        content_type: text(header::CONTENT_TYPE.as_str()),
        content_encoding: text(header::CONTENT_ENCODING.as_str()),
        user_agent: text(header::USER_AGENT.as_str()),
        api_key: text("x-api-key"),
        authorization: text(header::AUTHORIZATION.as_str()),
        signature: SignatureHeaders {
            key: text("x-signalbox-key"),
            timestamp: text("x-signalbox-timestamp"),
            nonce: text("x-signalbox-nonce"),
            value: text("x-signalbox-signature"),
        },
        gpc: text("sec-gpc"),
        dnt: text("dnt"),
    }
}

//! From an HTTP request to the request that the pipeline understands.

use std::net::IpAddr;

use axum::extract::Request as HttpRequest;
use axum::http::{HeaderMap, Method as HttpMethod, header};
use model::{Reason, Source};
use pipeline::{Headers, Method, Refusal, Request, SignatureHeaders};

use super::body::{self, BodyError};
use super::credentials;
use crate::App;

/// Reads the body and hands what the pipeline may look at to `take`. A request that fails before
/// that has been counted, as one item, in the ledger of the project whose key it shows.
pub async fn receive<T>(
    app: &App,
    source: Source,
    ip: IpAddr,
    request: HttpRequest,
    take: impl AsyncFnOnce(Request) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let received_at = app.clock.now();
    let (parts, body) = request.into_parts();
    let max = app.pipeline.max_body(parts.uri.path());
    // Keeps its share of the body budget until the request has been dealt with.
    let read = body::read(&parts.headers, body, max, &app.bodies).await.map_err(|error| {
        let key = credentials::plain_key(&parts.headers, parts.uri.query());
        app.pipeline.refuse(source, key.as_deref(), refusal(error))
    })?;
    take(Request {
        method: if parts.method == HttpMethod::POST { Method::Post } else { Method::Get },
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers(&parts.headers),
        body: read.bytes.clone(),
        ip,
        received_at,
    })
    .await
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

//! From an HTTP request to a WebSocket (RFC 6455 §4.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    ALLOW, CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use sha1::{Digest, Sha1};

use super::extension;

/// Proves to the client that the answer comes from somebody who knows WebSocket.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION: &str = "13";
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// What the server is willing to speak.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// Subprotocols, by their exact names.
    pub protocols: &'a [&'a str],
    pub deflate: bool,
}

/// A handshake that succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade<'a> {
    /// All that the 101 needs.
    pub headers: HeaderMap,
    /// The first of the client's subprotocols that is offered. Without one the connection goes on,
    /// and it is for the client to accept that.
    pub protocol: Option<&'a str>,
    /// Whether permessage-deflate was agreed on.
    pub deflate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    #[error("a WebSocket is opened with GET")]
    Method,
    #[error("a WebSocket is opened with HTTP/1.1")]
    HttpVersion,
    #[error("the request does not ask for an upgrade to websocket")]
    NotUpgrade,
    #[error("only version 13 of WebSocket is spoken here")]
    Version,
    #[error("Sec-WebSocket-Key must be 16 bytes in base64, once")]
    Key,
}

impl HandshakeError {
    pub fn status(self) -> StatusCode {
        match self {
            HandshakeError::Method => StatusCode::METHOD_NOT_ALLOWED,
            HandshakeError::HttpVersion | HandshakeError::Key => StatusCode::BAD_REQUEST,
            HandshakeError::NotUpgrade | HandshakeError::Version => StatusCode::UPGRADE_REQUIRED,
        }
    }

    /// The headers that the status calls for.
    pub fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            HandshakeError::Method => _ = headers.insert(ALLOW, HeaderValue::from_static("GET")),
            HandshakeError::NotUpgrade | HandshakeError::Version => {
                headers.insert(UPGRADE, WEBSOCKET);
                headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
            }
            HandshakeError::HttpVersion | HandshakeError::Key => {}
        }
        headers
    }
}

/// Judges a request that wants to become a WebSocket.
pub fn upgrade<'a>(
    method: &Method,
    version: Version,
    headers: &HeaderMap,
    offer: &Offer<'a>,
) -> Result<Upgrade<'a>, HandshakeError> {
    if method != Method::GET {
        return Err(HandshakeError::Method);
    }
    if version != Version::HTTP_11 {
        return Err(HandshakeError::HttpVersion);
    }
    let asks = |name, token: &str| tokens(headers, name).any(|t| t.eq_ignore_ascii_case(token));
    if !asks(UPGRADE, "websocket") || !asks(CONNECTION, "upgrade") {
        return Err(HandshakeError::NotUpgrade);
    }
    if single(headers, SEC_WEBSOCKET_VERSION) != Some(VERSION) {
        return Err(HandshakeError::Version);
    }
    let key =
        single(headers, SEC_WEBSOCKET_KEY).filter(|k| is_key(k)).ok_or(HandshakeError::Key)?;

    let protocol = tokens(headers, SEC_WEBSOCKET_PROTOCOL)
        .find_map(|wanted| offer.protocols.iter().copied().find(|known| *known == wanted));
    let extension = offer
        .deflate
        .then(|| extension::negotiate(values(headers, SEC_WEBSOCKET_EXTENSIONS)))
        .flatten();
    Ok(Upgrade {
        headers: answer(key, protocol, extension.as_deref()),
        protocol,
        deflate: extension.is_some(),
    })
}

/// `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

fn answer(key: &str, protocol: Option<&str>, extension: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(UPGRADE, WEBSOCKET);
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    let accept = accept_key(key);
    let texts = [
        (SEC_WEBSOCKET_ACCEPT, Some(accept.as_str())),
        (SEC_WEBSOCKET_PROTOCOL, protocol),
        (SEC_WEBSOCKET_EXTENSIONS, extension),
    ];
    for (name, text) in texts {
        // Base64, our own words, and a name that was found in a header: all of them fit into one.
        if let Some(value) = text.and_then(|t| HeaderValue::from_str(t).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|v| v.to_str().ok())
}

fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    values(headers, name).flat_map(|v| v.split(',')).map(str::trim).filter(|t| !t.is_empty())
}

/// The value of a header that must not come twice.
fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut all = headers.get_all(name).into_iter();
    let only = all.next().filter(|_| all.next().is_none())?;
    only.to_str().ok().map(str::trim)
}

/// Sixteen bytes are 22 characters and padding. The client gets its key back as it wrote it, so
/// what the bytes are does not matter.
fn is_key(key: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    key.strip_suffix("==").is_some_and(|k| k.len() == 22 && k.bytes().all(plain))
}

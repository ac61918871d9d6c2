use std::net::IpAddr;

use bytes::Bytes;
use model::Millis;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// One request as the pipeline sees it: everything that can decide about it, nothing else.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// As received, without the query: signatures cover it.
    pub path: String,
    /// Raw query string, without the `?`.
    pub query: String,
    pub headers: Headers,
    /// As received: still compressed where `content_encoding` says so.
    pub body: Bytes,
    /// Of the client, after trusted proxies were looked through.
    pub ip: IpAddr,
    pub received_at: Millis,
}

#[derive(Debug, Clone, Default)]
pub struct Headers {
    pub origin: Option<String>,
    pub content_type: Option<String>,
    pub content_encoding: Option<String>,
    pub user_agent: Option<String>,
    /// `X-API-Key`
    pub api_key: Option<String>,
    pub authorization: Option<String>,
    pub signature: SignatureHeaders,
    /// `Sec-GPC`
    pub gpc: Option<String>,
    pub dnt: Option<String>,
}

/// `X-Signalbox-Key`, `-Timestamp`, `-Nonce` and `-Signature`.
#[derive(Debug, Clone, Default)]
pub struct SignatureHeaders {
    pub key: Option<String>,
    pub timestamp: Option<String>,
    pub nonce: Option<String>,
    pub value: Option<String>,
}

//! The request that a connection began with, as far as it is kept.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use model::Millis;

/// Small on purpose: it lives as long as the connection.
#[derive(Debug, Clone)]
pub struct Handshake {
    pub address: IpAddr,
    pub at: Millis,
    pub path: Box<str>,
    query: Box<str>,
    headers: Box<[(HeaderName, Box<str>)]>,
}

/// Longer ones are cut: nothing that is kept for a whole connection has a size of the client's.
const HEADER: usize = 256;
const QUERY: usize = 4096;

impl Handshake {
    pub fn new<B>(
        request: &http::Request<B>,
        address: IpAddr,
        at: Millis,
        keep: &[HeaderName],
    ) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let query = if query.len() <= QUERY { query } else { "" };
        let headers = keep.iter().filter_map(|name| {
            let value = text(request.headers(), name)?;
            Some((name.clone(), cut(value, HEADER).into()))
        });
        Handshake {
            address,
            at,
            path: cut(request.uri().path(), HEADER).into(),
            query: query.into(),
            headers: headers.collect(),
        }
    }

    pub fn query(&self, name: &str) -> Option<String> {
        query_value(&self.query, name)
    }

    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }

    pub fn origin(&self) -> Option<&str> {
        self.header(&http::header::ORIGIN)
    }

    /// Forgets what has served its purpose, such as a token in the query.
    pub fn forget(&mut self, name: &str) {
        let kept = pairs(&self.query).filter(|(key, _)| *key != name);
        let kept: Vec<_> = kept.map(|(key, value)| format!("{key}={value}")).collect();
        self.query = kept.join("&").into();
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|p| p.split_once('=').unwrap_or((p, "")))
}

/// The first value of a name in a query, decoded.
pub fn query_value(query: &str, name: &str) -> Option<String> {
    let (_, value) = pairs(query).find(|(key, _)| *key == name)?;
    Some(percent_decode(value))
}

/// All values of some names, decoded, in their order.
pub fn query_values<'a>(query: &'a str, names: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    pairs(query).filter(|(key, _)| names.contains(key)).map(|(_, value)| percent_decode(value))
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_once_and_forgotten_on_demand() {
        let request = http::Request::get("/s?EIO=4&token=a%2Bb+c&x=%E4%B8%AD%zz").body(());
        let address = IpAddr::from([127, 0, 0, 1]);
        let mut handshake = Handshake::new(&request.expect("valid"), address, 0, &[]);
        assert_eq!(handshake.query("token").as_deref(), Some("a+b c"));
        assert_eq!(handshake.query("x").as_deref(), Some("中%zz"));
        assert_eq!(handshake.query("nothing"), None);
        handshake.forget("token");
        assert_eq!(handshake.query("token"), None);
        assert_eq!(handshake.query("EIO").as_deref(), Some("4"));
        assert!(!format!("{handshake:?}").contains("a%2Bb"));
    }
}

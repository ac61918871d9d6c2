//! Where a token may stand in a request.

use http::header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL};
use http::{HeaderMap, HeaderName, Request};

use crate::handshake::query_value;
use crate::native::Secret;

/// How a browser, which cannot set headers, offers one as a subprotocol. It is not echoed.
const OFFERED: &str = "signalbox.token.";

const QUERY: &str = "token";
const BEARER: &str = "bearer ";

/// `Authorization` before an offered subprotocol, before `?token=` where `query` allows it, before
/// the cookie of this name. An empty one is none.
pub(crate) fn token<B>(request: &Request<B>, query: bool, cookie: Option<&str>) -> Option<Secret> {
    let headers = request.headers();
    let by_query = || query_value(request.uri().query().filter(|_| query)?, QUERY);
    let found = bearer(headers)
        .or_else(|| offered(headers))
        .map(str::to_owned)
        .or_else(by_query)
        .or_else(|| Some(in_cookie(headers, cookie?)?.to_owned()));
    found.filter(|token| !token.is_empty()).map(Secret::new)
}

fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = values(headers, &AUTHORIZATION).next()?;
    let scheme = value.get(..BEARER.len())?;
    scheme.eq_ignore_ascii_case(BEARER).then(|| value[BEARER.len()..].trim())
}

fn offered(headers: &HeaderMap) -> Option<&str> {
    let offers = values(headers, &SEC_WEBSOCKET_PROTOCOL).flat_map(|list| list.split(','));
    offers.filter_map(|offer| offer.trim().strip_prefix(OFFERED)).next()
}

fn in_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = values(headers, &COOKIE).flat_map(|list| list.split(';'));
    let mut named = pairs.filter_map(|pair| pair.trim().split_once('='));
    named.find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        let builder = Request::get(uri);
        let request = headers.iter().fold(builder, |all, (name, value)| all.header(*name, *value));
        let request = request.body(()).expect("a request");
        token(&request, true, Some("sb")).map(|secret| secret.reveal().to_owned())
    }

    #[test]
    fn each_place_is_looked_at_in_its_turn() {
        let cookie = ("cookie", "a=b; sb=from-cookie");
        let offer = ("sec-websocket-protocol", "signalbox.json.v1, signalbox.token.from-offer");
        let header = ("authorization", "BEARER from-header");
        let all = found("/ws?token=from-query", &[cookie, offer, header]);
        assert_eq!(all.as_deref(), Some("from-header"));
        assert_eq!(found("/ws?token=q", &[cookie, offer]).as_deref(), Some("from-offer"));
        assert_eq!(found("/ws?a=1&token=q%2B", &[cookie]).as_deref(), Some("q+"));
        assert_eq!(found("/ws", &[cookie]).as_deref(), Some("from-cookie"));
        assert_eq!(found("/ws?token=", &[("authorization", "Basic eDp5")]), None);
    }

    #[test]
    fn a_query_counts_only_where_it_is_allowed() {
        let request = Request::get("/ws?token=q").body(()).expect("a request");
        assert!(token(&request, false, None).is_none());
    }
}

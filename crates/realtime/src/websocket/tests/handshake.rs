use http::header::{CONNECTION, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use proptest::prelude::*;

use crate::websocket::{HandshakeError, Offer, Upgrade, accept_key, upgrade};

const OFFER: Offer<'_> = Offer { protocols: &["json.v1", "simple.v1"], deflate: true };
const PLAIN: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// The request of RFC 6455 §1.3 with some headers replaced; those without a value are left out.
fn ask<'a>(changes: &[(&'static str, &str)]) -> Result<Upgrade<'a>, HandshakeError> {
    let mut headers = HeaderMap::new();
    let usual = [
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ];
    let kept = usual.iter().filter(|(name, _)| !changes.iter().any(|(n, _)| n == name));
    for (name, value) in kept.chain(changes).filter(|(_, value)| !value.is_empty()) {
        let value = HeaderValue::from_str(value).unwrap();
        headers.append(HeaderName::from_static(name), value);
    }
    upgrade(&Method::GET, Version::HTTP_11, &headers, &OFFER)
}

#[test]
fn the_key_of_the_rfc() {
    assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    let upgrade = ask(&[]).unwrap();
    assert_eq!(upgrade.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(upgrade.headers[UPGRADE], "websocket");
    assert_eq!(upgrade.headers[CONNECTION], "Upgrade");
    assert_eq!(upgrade.headers.len(), 3);
    assert_eq!((upgrade.protocol, upgrade.deflate), (None, false));
}

#[test]
fn tokens_are_found_in_lists_whatever_their_case() {
    assert!(ask(&[("connection", "keep-alive, upGRADE"), ("upgrade", "h2c,WebSocket")]).is_ok());
    assert!(ask(&[("connection", "keep-alive"), ("connection", "upgrade")]).is_ok());
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    use HandshakeError::*;
    let cases: &[(&'static str, &str, HandshakeError)] = &[
        ("upgrade", "", NotUpgrade),
        ("upgrade", "websockets", NotUpgrade),
        ("connection", "", NotUpgrade),
        ("connection", "keep-alive", NotUpgrade),
        ("sec-websocket-version", "", Version),
        ("sec-websocket-version", "8", Version),
        ("sec-websocket-version", "13, 8", Version),
        ("sec-websocket-key", "", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25j", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25j!Q==", Key),
    ];
    for (name, value, error) in cases {
        assert_eq!(ask(&[(name, value)]), Err(*error), "{name}: {value}");
    }
    let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(ask(&[key, key]), Err(Key), "twice");
}

#[test]
fn only_get_and_only_http_1_1() {
    let none = HeaderMap::new();
    let post = upgrade(&Method::POST, Version::HTTP_11, &none, &OFFER);
    assert_eq!(post, Err(HandshakeError::Method));
    for version in [Version::HTTP_10, Version::HTTP_2] {
        let old = upgrade(&Method::GET, version, &none, &OFFER);
        assert_eq!(old, Err(HandshakeError::HttpVersion));
    }
}

#[test]
fn a_refusal_says_what_would_be_accepted() {
    let version = HandshakeError::Version;
    assert_eq!(version.status(), StatusCode::UPGRADE_REQUIRED);
    assert_eq!(version.headers()["sec-websocket-version"], "13");
    assert_eq!(version.headers()[UPGRADE], "websocket");
    assert_eq!(HandshakeError::Method.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(HandshakeError::Method.headers()["allow"], "GET");
    assert_eq!(HandshakeError::Key.status(), StatusCode::BAD_REQUEST);
}

#[test]
fn the_first_known_protocol_of_the_client_is_taken() {
    let protocol = |wanted: &[&str]| {
        let headers: Vec<_> = wanted.iter().map(|w| ("sec-websocket-protocol", *w)).collect();
        let upgrade = ask(&headers).unwrap();
        let named = upgrade.headers.get(SEC_WEBSOCKET_PROTOCOL).map(|v| v.to_str().unwrap());
        assert_eq!(named, upgrade.protocol);
        upgrade.protocol
    };
    assert_eq!(protocol(&["chat, simple.v1, json.v1"]), Some("simple.v1"));
    assert_eq!(protocol(&["chat", "json.v1"]), Some("json.v1"));
    assert_eq!(protocol(&["JSON.v1"]), None);
    assert_eq!(protocol(&[]), None);
}

#[test]
fn an_acceptable_offer_of_deflate_is_taken() {
    let windowed = format!("{PLAIN}; server_max_window_bits=15");
    let cases = [
        ("permessage-deflate", Some(PLAIN)),
        ("permessage-deflate; client_max_window_bits", Some(PLAIN)),
        ("permessage-deflate;client_max_window_bits=10;server_no_context_takeover", Some(PLAIN)),
        ("permessage-deflate; client_max_window_bits = \"9\"", Some(PLAIN)),
        ("permessage-deflate; server_max_window_bits=15", Some(&*windowed)),
        ("permessage-deflate; server_max_window_bits=10", None),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", Some(PLAIN)),
        ("x-webkit-deflate-frame, permessage-deflate", Some(PLAIN)),
        ("permessage-deflate; server_max_window_bits", None),
        ("permessage-deflate; server_max_window_bits=16", None),
        ("permessage-deflate; server_max_window_bits=015", None),
        ("permessage-deflate; client_max_window_bits=7", None),
        ("permessage-deflate; client_max_window_bits=+9", None),
        ("permessage-deflate; client_max_window_bits=", None),
        ("permessage-deflate; server_no_context_takeover=1", None),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits=9", None),
        ("permessage-deflate; unknown", None),
        ("permessage-deflate;", None),
        ("permessage-bzip2", None),
    ];
    for (offer, expected) in cases {
        let upgrade = ask(&[("sec-websocket-extensions", offer)]).unwrap();
        let answer = upgrade.headers.get(SEC_WEBSOCKET_EXTENSIONS).map(|v| v.to_str().unwrap());
        assert_eq!(answer, expected, "{offer}");
        assert_eq!(upgrade.deflate, expected.is_some(), "{offer}");
    }
}

#[test]
fn without_an_offer_of_the_server_nothing_is_compressed() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
        ("sec-websocket-extensions", "permessage-deflate"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let offer = Offer { deflate: false, ..OFFER };
    let upgrade = upgrade(&Method::GET, Version::HTTP_11, &headers, &offer).unwrap();
    assert!(!upgrade.deflate);
    assert!(!upgrade.headers.contains_key(SEC_WEBSOCKET_EXTENSIONS));
}

proptest! {
    #[test]
    fn no_header_value_panics(
        extensions in "[ -~]{0,60}",
        parameters in "permessage-deflate(; ?(server|client)_(max_window_bits|no_context_takeover)(=\"?[0-9]{1,3}\"?)?){0,4}",
        key in "[ -~]{0,30}",
    ) {
        let _ = ask(&[("sec-websocket-extensions", &extensions), ("sec-websocket-key", &key)]);
        let _ = ask(&[("sec-websocket-extensions", &parameters)]);
    }
}

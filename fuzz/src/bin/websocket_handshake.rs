//! An upgrade is granted only for what was asked and offered, and refused with the headers that
//! its status calls for.
//!
//! Input: lines as in HTTP, the method before the headers.
#![no_main]

use http::header::{
    ALLOW, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use libfuzzer_sys::fuzz_target;
use realtime::websocket::{HandshakeError, Offer, Upgrade, accept_key, upgrade};

const PROTOCOLS: &[&str] = &["signalbox.simple.v1", "signalbox.json.v1", "x"];

fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|byte| *byte == b'\n');
    let method = lines.next().and_then(|name| Method::from_bytes(name).ok()).unwrap_or_default();
    let asked: HeaderMap = lines.filter_map(header).collect();
    for deflate in [false, true] {
        let offer = Offer { protocols: PROTOCOLS, deflate };
        match upgrade(&method, Version::HTTP_11, &asked, &offer) {
            Ok(granted) => answers(&granted, &asked, deflate),
            Err(error) => refuses(error),
        }
    }
    let offer = Offer { protocols: PROTOCOLS, deflate: true };
    assert!(upgrade(&method, Version::HTTP_10, &asked, &offer).is_err());
});

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    Some((name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?))
}

fn answers(granted: &Upgrade<'_>, asked: &HeaderMap, deflate: bool) {
    let said = |name| granted.headers.get(name).map(|value| value.to_str().expect("plain text"));
    let key = asked[SEC_WEBSOCKET_KEY].to_str().expect("a key is plain text").trim();
    assert_eq!(said(SEC_WEBSOCKET_ACCEPT), Some(accept_key(key).as_str()));
    assert_eq!(said(UPGRADE), Some("websocket"));
    assert_eq!(said(SEC_WEBSOCKET_PROTOCOL), granted.protocol);
    let wants = |name, text: &str| {
        let mut values = asked.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.any(|value| value.contains(text))
    };
    if let Some(protocol) = granted.protocol {
        assert!(PROTOCOLS.contains(&protocol) && wants(SEC_WEBSOCKET_PROTOCOL, protocol));
    }
    assert_eq!(said(SEC_WEBSOCKET_EXTENSIONS).is_some(), granted.deflate);
    if granted.deflate {
        assert!(deflate && wants(SEC_WEBSOCKET_EXTENSIONS, "permessage-deflate"));
    }
}

fn refuses(error: HandshakeError) {
    let headers = error.headers();
    assert!(error.status().is_client_error());
    assert_eq!(headers.contains_key(ALLOW), error.status() == StatusCode::METHOD_NOT_ALLOWED);
    let upgrade = headers.contains_key(UPGRADE) && headers.contains_key(SEC_WEBSOCKET_VERSION);
    assert_eq!(upgrade, error.status() == StatusCode::UPGRADE_REQUIRED);
}

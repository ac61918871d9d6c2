//! Which of the two protocols a connection to `/ws` speaks, and in which version.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::read::check_shape;
use super::refusal::shown;
use super::{ErrorCode, Refusal};
use crate::handshake::query_value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    Simple,
    Json,
}

impl Protocol {
    /// The name in `Sec-WebSocket-Protocol`.
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Protocol::Simple => "signalbox.simple.v1",
            Protocol::Json => "signalbox.json.v1",
        }
    }

    fn by_subprotocol(name: &str) -> Option<Self> {
        [Protocol::Simple, Protocol::Json].into_iter().find(|p| p.subprotocol() == name)
    }

    /// The name in a query (`?protocol=`) and a path (`/ws/…`), and in the configuration.
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "simple" => Some(Protocol::Simple),
            "json" => Some(Protocol::Json),
            _ => None,
        }
    }
}

/// As the registry knows it.
impl From<Protocol> for crate::registry::Protocol {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Simple => crate::registry::Protocol::Simple,
            Protocol::Json => crate::registry::Protocol::Json,
        }
    }
}

/// The version of the JSON protocol. 1.1 adds `version` and `metadata` to what is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Version {
    #[default]
    V1_0,
    V1_1,
}

impl Version {
    pub const SUPPORTED: [&str; 2] = ["1.0", "1.1"];

    pub fn as_str(self) -> &'static str {
        match self {
            Version::V1_0 => "1.0",
            Version::V1_1 => "1.1",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Version::V1_0, Version::V1_1].into_iter().find(|version| version.as_str() == text)
    }
}

/// What was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    pub protocol: Protocol,
    pub version: Version,
    /// To be named in the answer to the handshake: the client offered it.
    pub subprotocol: Option<&'static str>,
    /// Nobody asked for this protocol; the first message may still show the other one.
    pub tentative: bool,
}

/// A handshake that asks for what is not there. It is told in the protocol that it would have had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct Unsupported {
    pub protocol: Protocol,
    pub refusal: Refusal,
}

/// The subprotocol decides before the query, the query before the path, the path before `default`.
/// `offered` is the value of `Sec-WebSocket-Protocol`, several header lines joined by commas.
pub fn select(
    path: &str,
    query: Option<&str>,
    offered: Option<&str>,
    default: Protocol,
) -> Result<Selection, Unsupported> {
    let offer = offered.into_iter().flat_map(|list| list.split(','));
    let by_offer = offer.map(str::trim).find_map(Protocol::by_subprotocol);
    let by_path = path.trim_end_matches('/').rsplit('/').next().and_then(Protocol::by_name);
    let asked = |name| query.and_then(|query| query_value(query, name));
    let named = asked("protocol");
    let by_query = named.as_deref().and_then(Protocol::by_name);

    let chosen = by_offer.or(by_query).or(by_path);
    let protocol = chosen.unwrap_or(default);
    let refuse = |what: &str, asked: &str| {
        let message = format!("Unsupported {what}: {}", shown(asked));
        let refusal = Refusal::new(ErrorCode::UnsupportedVersion, message);
        Unsupported { protocol, refusal }
    };
    if let (Some(name), None) = (&named, by_query) {
        return Err(refuse("protocol", name));
    }
    let version = match asked("version") {
        None => Version::default(),
        Some(text) => Version::parse(&text).ok_or_else(|| refuse("version", &text))?,
    };
    let subprotocol = by_offer.map(Protocol::subprotocol);
    Ok(Selection { protocol, version, subprotocol, tentative: chosen.is_none() })
}

impl Selection {
    /// What holds once the first message is there. Where nobody had asked for a protocol, an
    /// `action` shows JSON, and a `type` without it shows simple; anything else changes nothing.
    pub fn settle(self, first: &[u8]) -> Selection {
        let shape = if self.tentative { shape(first) } else { None };
        Selection { protocol: shape.unwrap_or(self.protocol), tentative: false, ..self }
    }
}

fn shape(message: &[u8]) -> Option<Protocol> {
    check_shape(message).ok()?;
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(message).ok()?;
    if fields.contains_key("action") {
        return Some(Protocol::Json);
    }
    fields.contains_key("type").then_some(Protocol::Simple)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(path: &str, query: Option<&str>, offered: Option<&str>) -> Selection {
        select(path, query, offered, Protocol::Json).unwrap()
    }

    #[test]
    fn subprotocol_then_query_then_path_then_default() {
        let simple = Some("bearer.x,  signalbox.simple.v1, signalbox.json.v1");
        let by_offer = chosen("/ws/json", Some("protocol=json"), simple);
        assert_eq!(by_offer.protocol, Protocol::Simple);
        assert_eq!(by_offer.subprotocol, Some("signalbox.simple.v1"));
        let by_query = chosen("/ws/json", Some("token=t&protocol=simple"), Some("mqtt"));
        assert_eq!((by_query.protocol, by_query.subprotocol), (Protocol::Simple, None));
        assert_eq!(chosen("/ws/simple/", None, None).protocol, Protocol::Simple);
        let by_default = chosen("/ws", None, None);
        assert_eq!((by_default.protocol, by_default.tentative), (Protocol::Json, true));
        assert!(!by_query.tentative);
    }

    #[test]
    fn versions_are_negotiated_and_unknown_ones_refused() {
        assert_eq!(chosen("/ws", None, None).version, Version::V1_0);
        assert_eq!(chosen("/ws", Some("version=1.1"), None).version, Version::V1_1);
        for (query, message) in [
            ("version=2.0", "Unsupported version: 2.0"),
            ("version=", "Unsupported version: "),
            ("protocol=soap", "Unsupported protocol: soap"),
        ] {
            let unsupported = select("/ws/simple", Some(query), None, Protocol::Json).unwrap_err();
            assert_eq!(unsupported.protocol, Protocol::Simple);
            assert_eq!(unsupported.refusal.code, ErrorCode::UnsupportedVersion);
            assert_eq!(unsupported.refusal.message, message);
        }
    }

    #[test]
    fn the_first_message_corrects_a_default_but_not_a_choice() {
        let settled =
            |selection: Selection, first: &str| selection.settle(first.as_bytes()).protocol;
        let default = chosen("/ws", None, None);
        assert_eq!(settled(default, r#"{"type":"ping"}"#), Protocol::Simple);
        assert_eq!(settled(default, r#"{"type":"system","action":"ping"}"#), Protocol::Json);
        assert_eq!(settled(default, "hello"), Protocol::Json);
        let choice = chosen("/ws/json", None, None);
        assert_eq!(settled(choice, r#"{"type":"ping"}"#), Protocol::Json);
        let other = select("/ws", None, None, Protocol::Simple).unwrap();
        assert_eq!(settled(other, r#"{"action":"ping"}"#), Protocol::Json);
        let once = default.settle(b"hello").settle(br#"{"type":"ping"}"#);
        assert_eq!(once.protocol, Protocol::Json);
    }
}

//! Which of a client's offers of permessage-deflate (RFC 7692 §7.1) is taken, and the answer.

use std::borrow::Cow;

const NAME: &str = "permessage-deflate";
/// Both contexts end with each message: see [`deflate`](super::deflate).
const ANSWER: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
/// The only window that the compressor has, in bits.
const WINDOW: u8 = 15;

/// The answer to the first acceptable of the `offers`, which are the values of
/// `Sec-WebSocket-Extensions`.
pub(super) fn negotiate<'a>(offers: impl Iterator<Item = &'a str>) -> Option<Cow<'static, str>> {
    // A comma inside quotes would be split too, but no parameter here has one in its value.
    offers.flat_map(|value| value.split(',')).find_map(answer)
}

fn answer(offer: &str) -> Option<Cow<'static, str>> {
    let mut parts = offer.split(';').map(str::trim);
    if parts.next() != Some(NAME) {
        return None;
    }
    // At most the four names below, since any other ends the loop.
    let mut seen = Vec::new();
    let mut window = false;
    for part in parts {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name.trim_end(), Some(unquote(value.trim_start()))),
            None => (part, None),
        };
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        match (name, value) {
            ("server_no_context_takeover" | "client_no_context_takeover", None) => {}
            ("client_max_window_bits", None) => {}
            // Whatever window the client compresses with, ours is large enough to inflate it.
            ("client_max_window_bits", Some(value)) => _ = bits(value)?,
            ("server_max_window_bits", Some(value)) if bits(value)? == WINDOW => window = true,
            _ => return None,
        }
    }
    // A limit that was asked for must be in the answer.
    Some(if window {
        format!("{ANSWER}; server_max_window_bits={WINDOW}").into()
    } else {
        ANSWER.into()
    })
}

fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value)
}

/// 8 to 15, without a sign or leading zeros.
fn bits(value: &str) -> Option<u8> {
    let plain = value.bytes().all(|b| b.is_ascii_digit()) && !value.starts_with('0');
    value.parse().ok().filter(|bits| plain && (8..=WINDOW).contains(bits))
}

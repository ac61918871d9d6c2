//! What each kind of packet may carry.

use serde_json::value::RawValue;

use super::json::{self, Token, Tokens};
use super::{DecodeError, Kind, Limits};

/// Names of what happens to the connection itself: from a sender they would be forgeries.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// The payload without spaces behind it, if it is what `kind` carries.
pub(super) fn check<'a>(
    kind: Kind,
    text: &'a str,
    limits: &Limits,
) -> Result<&'a str, DecodeError> {
    let first = text.as_bytes().first();
    let fits = match kind {
        Kind::Connect => matches!(first, None | Some(b'{')),
        Kind::Disconnect => first.is_none(),
        Kind::ConnectError => matches!(first, Some(b'{' | b'"')),
        Kind::Event | Kind::BinaryEvent | Kind::Ack | Kind::BinaryAck => first == Some(&b'['),
    };
    if !fits {
        return Err(DecodeError::Payload);
    }
    if first.is_none() {
        return Ok("");
    }
    let data = valid(text, limits)?;
    if matches!(kind, Kind::Event | Kind::BinaryEvent) {
        check_name(data)?;
    }
    Ok(data)
}

/// Checks that `text` is one JSON value within the limits.
pub(super) fn valid<'a>(text: &'a str, limits: &Limits) -> Result<&'a str, DecodeError> {
    measure(text, limits)?;
    match serde_json::from_str::<&RawValue>(text) {
        Ok(value) => Ok(value.get()),
        Err(_) => Err(DecodeError::Json),
    }
}

/// Before anything recursive reads the text.
fn measure(text: &str, limits: &Limits) -> Result<(), DecodeError> {
    let (mut depth, mut commas) = (0usize, 0);
    for (_, token) in Tokens::new(text) {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Comma if depth == 1 => commas += 1,
            _ => continue,
        }
        if depth > limits.depth {
            return Err(DecodeError::TooDeep(limits.depth));
        }
        if commas >= limits.args {
            return Err(DecodeError::TooManyArgs(limits.args));
        }
    }
    Ok(())
}

/// The first argument names the event: a string, or a number as the stock parser allows.
fn check_name(array: &str) -> Result<(), DecodeError> {
    match Tokens::new(array).nth(1) {
        Some((_, Token::Text(token))) => {
            let name = json::string(token).ok_or(DecodeError::Payload)?;
            if is_reserved(&name) {
                return Err(DecodeError::ReservedName);
            }
            Ok(())
        }
        Some((_, Token::Plain(token))) if is_number(token) => Ok(()),
        _ => Err(DecodeError::Payload),
    }
}

/// Of a token of valid JSON, where everything else is `true`, `false` or `null`.
fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

//! What a request shows of itself, first found wins.

use std::borrow::Cow;

use crate::Request;
use crate::decode::text::parameter;

#[derive(Debug, Default)]
pub(crate) struct Credentials<'r> {
    /// A public or secret key.
    pub plain: Option<Cow<'r, str>>,
    pub jwt: Option<&'r str>,
    pub signed: Option<Signed<'r>>,
}

/// The parts of a signature, from headers or, for beacons, from the query.
#[derive(Debug)]
pub(crate) struct Signed<'r> {
    pub key: Cow<'r, str>,
    pub timestamp: Cow<'r, str>,
    pub nonce: Cow<'r, str>,
    pub value: Cow<'r, str>,
}

/// `in_body` is the `apiKey` that the body itself carries.
pub(crate) fn read<'r>(request: &'r Request, in_body: Option<&'r str>) -> Credentials<'r> {
    let headers = &request.headers;
    let bearer = headers.authorization.as_deref().and_then(|value| {
        let (scheme, token) = value.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let jwt = bearer.filter(|t| t.bytes().filter(|&b| b == b'.').count() == 2);
    let from_query = |name| parameter(&request.query, name).filter(|v| !v.is_empty());
    let plain = non_empty(headers.api_key.as_deref())
        .or(bearer.filter(|_| jwt.is_none()))
        .map(Cow::Borrowed)
        .or_else(|| from_query("key").or_else(|| from_query("apikey")).map(Cow::Owned))
        .or_else(|| non_empty(in_body).map(Cow::Borrowed));
    Credentials { plain, jwt, signed: signed(request) }
}

/// A signature counts as attempted as soon as one of its parts is there: a half signature must
/// not pass for none.
fn signed(request: &Request) -> Option<Signed<'_>> {
    let s = &request.headers.signature;
    let part = |header: &'_ Option<String>, name: &str| -> Option<String> {
        header.clone().or_else(|| parameter(&request.query, name))
    };
    let key = part(&s.key, "sb_key");
    let value = part(&s.value, "sb_sig");
    if key.is_none() && value.is_none() {
        return None;
    }
    Some(Signed {
        key: Cow::Owned(key.unwrap_or_default()),
        timestamp: Cow::Owned(part(&s.timestamp, "sb_ts").unwrap_or_default()),
        nonce: Cow::Owned(part(&s.nonce, "sb_nonce").unwrap_or_default()),
        value: Cow::Owned(value.unwrap_or_default()),
    })
}

fn non_empty(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|v| !v.is_empty())
}

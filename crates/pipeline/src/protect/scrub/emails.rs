//! E-mail addresses, and credentials before the host of a URL.

use super::text::Hits;
use super::{EMAIL, MASKED};

pub(super) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    for at in memchr::memchr2_iter(b'@', b'%', bytes) {
        let sign = match bytes[at] {
            b'@' => 1,
            _ if bytes[at..].starts_with(b"%40") => 3,
            _ => continue,
        };
        if let Some(from) = credentials(bytes, at) {
            hits.push(from, at, MASKED);
            continue;
        }
        let local = bytes[..at].iter().rev().take_while(|&&b| is_local(b)).count();
        let domain = &text[at + sign..];
        let end = domain_len(domain.as_bytes());
        if local > 0 && end > 0 {
            hits.push(at - local, at + sign + end, EMAIL);
        }
    }
}

pub(super) fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    !local.is_empty()
        && local.bytes().all(is_local)
        && domain_len(domain.as_bytes()) == domain.len()
        && !domain.is_empty()
}

fn is_local(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'' | b'!' | b'#')
}

/// Length of the host name at the start of `bytes`; 0 if it has no dot or no top-level domain.
fn domain_len(bytes: &[u8]) -> usize {
    let run =
        bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    let mut end = run;
    while end > 0 && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let Some(dot) = bytes[..end].iter().rposition(|&b| b == b'.') else { return 0 };
    let tld = &bytes[dot + 1..end];
    let named = tld.len() >= 2 && tld[0].is_ascii_alphabetic();
    if dot > 0 && named { end } else { 0 }
}

/// Where `user:password` begins in `scheme://user:password@`, if the `@` at `at` ends one.
fn credentials(bytes: &[u8], at: usize) -> Option<usize> {
    let part = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'"' | b'\'' | b'<' | b'>');
    let from = at - bytes[..at].iter().rev().take_while(|b| part(b)).count();
    let behind = bytes[..from].ends_with(b"://") && from < at;
    (behind && &bytes[from..at] != MASKED.as_bytes()).then_some(from)
}

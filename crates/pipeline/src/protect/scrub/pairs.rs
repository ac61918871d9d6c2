//! `password=…`, `"token": "…"`, `Authorization: …` inside free text.

use super::MASKED;
use super::keys::{KeyClass, classify};
use super::text::Hits;

const LONGEST_KEY: usize = 48;

pub(super) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let html = text.trim_start().starts_with('<');
    // 0xEF begins the full-width colon.
    for at in memchr::memchr3_iter(b'=', b':', 0xEF, bytes) {
        let width = match bytes[at] {
            0xEF if bytes[at..].starts_with("：".as_bytes()) => 3,
            0xEF => continue,
            _ => 1,
        };
        let Some(key) = key_before(text, at) else { continue };
        let attribute = html && bytes[at] == b'=' && key == "value";
        let secret = matches!(classify(key, &[]), KeyClass::Secret | KeyClass::SecretText);
        if !attribute && !secret {
            continue;
        }
        let (from, to) = value_after(text, at + width, whole_line(key));
        if from < to && !matches!(&text[from..to], MASKED | "null" | "undefined" | "true" | "false")
        {
            hits.push(from, to, MASKED);
        }
    }
}

/// Values of these go on to the end of the line.
fn whole_line(key: &str) -> bool {
    ["authorization", "cookie", "set-cookie"]
        .iter()
        .any(|k| key.len() >= k.len() && key[key.len() - k.len()..].eq_ignore_ascii_case(k))
}

fn key_before(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut end = at;
    while end > 0 && matches!(bytes[end - 1], b' ' | b'"' | b'\'' | b'\\' | b']') && at - end < 4 {
        end -= 1;
    }
    let run = |belongs: fn(u8) -> bool| {
        bytes[..end].iter().rev().take(LONGEST_KEY).take_while(|&&b| belongs(b)).count()
    };
    let ascii = run(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if ascii > 0 {
        return Some(&text[end - ascii..end]);
    }
    let mut start = end - run(|b| b >= 0x80);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    (start < end).then(|| &text[start..end])
}

fn value_after(text: &str, at: usize, whole_line: bool) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut from = at + bytes[at..].iter().take_while(|&&b| b == b' ').count();
    for quote in ["\\\"", "\"", "'"] {
        if text[from..].starts_with(quote) {
            from += quote.len();
            let len = text[from..].find(quote).unwrap_or(text.len() - from);
            return (from, from + len);
        }
    }
    // A mask followed by more is no mask.
    let masked = if text[from..].starts_with(MASKED) { MASKED.len() } else { 0 };
    let stop = |b: u8| match b {
        b'\n' | b'\r' | b'"' => true,
        _ if whole_line => false,
        b'&' | b';' | b',' | b'\'' | b'<' | b'>' | b')' | b']' | b'}' | b'\\' => true,
        _ => b.is_ascii_whitespace(),
    };
    let len = bytes[from + masked..].iter().take_while(|&&b| !stop(b)).count();
    (from, from + masked + len)
}

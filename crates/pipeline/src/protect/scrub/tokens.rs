//! Keys, JSON web tokens and what follows `Bearer`.

use memchr::memmem;

use super::text::Hits;
use super::{KEY, MASKED, TOKEN};

/// How keys of well-known issuers begin.
const PREFIXES: [&str; 22] = [
    "AKIA",
    "ASIA",
    "AROA",
    "AIDA",
    "LTAI",
    "AKID",
    "AIza",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "sk-proj-",
    "sk-ant-",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sbs_",
    "sbh_",
];
/// Characters of a key after its prefix.
const KEY_BODY: usize = 12;

pub(super) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|&&b| is_word(b)).count();
        let word = &bytes[at..end];
        if word.len() >= KEY_BODY {
            in_word(word, at, hits);
        }
        scheme(bytes, at, end, hits);
        at = end;
    }
    private_key(text, hits);
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

fn in_word(word: &[u8], offset: usize, hits: &mut Hits) {
    if let Some(start) = memmem::find(word, b"eyJ") {
        let dots = word[start..].iter().filter(|&&b| b == b'.').count();
        if dots >= 1 {
            hits.push(offset + start, offset + word.len(), TOKEN);
            return;
        }
    }
    let first = word.iter().position(|b| matches!(b, b'A' | b'L' | b's' | b'r' | b'g' | b'x'));
    let Some(first) = first else { return };
    for start in first..word.len().saturating_sub(KEY_BODY) {
        let rest = &word[start..];
        let issued = PREFIXES.iter().any(|p| {
            rest.strip_prefix(p.as_bytes()).is_some_and(|body| {
                let len = body.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
                // Four letters could begin a word; a key goes on in capitals, or has digits.
                let capitals = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
                let fits = p.len() > 4
                    || body[..len].iter().any(u8::is_ascii_digit)
                    || body.iter().take(KEY_BODY).all(capitals);
                len >= KEY_BODY && fits
            })
        });
        if issued {
            hits.push(offset + start, offset + word.len(), KEY);
            return;
        }
    }
}

/// `Bearer …` and `Basic …`, where what follows is no plain word.
fn scheme(bytes: &[u8], from: usize, to: usize, hits: &mut Hits) {
    let word = &bytes[from..to];
    let (bearer, basic) =
        (word.eq_ignore_ascii_case(b"bearer"), word.eq_ignore_ascii_case(b"basic"));
    if !bearer && !basic || bytes.get(to) != Some(&b' ') {
        return;
    }
    let start = to + bytes[to..].iter().take_while(|&&b| b == b' ').count();
    let stop = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b';' | b'<');
    let end = start + bytes[start..].iter().take_while(|b| !stop(b)).count();
    let value = &bytes[start..end];
    let odd = value.iter().any(|b| !b.is_ascii_lowercase());
    let secret =
        if bearer { value.len() >= 8 || odd && value.len() >= 4 } else { value.len() >= 8 && odd };
    if secret && value != TOKEN.as_bytes() && value != MASKED.as_bytes() {
        hits.push(start, end, TOKEN);
    }
}

fn private_key(text: &str, hits: &mut Hits) {
    const BEGIN: &str = "-----BEGIN";
    const END: &str = "-----END";
    let mut at = 0;
    while let Some(found) = text[at..].find("PRIVATE KEY-----") {
        let mid = at + found;
        let from = text[..mid].rfind(BEGIN).unwrap_or(mid);
        let to = match text[mid..].find(END) {
            Some(end) => {
                let tail = mid + end + END.len();
                text[tail..].find("-----").map_or(text.len(), |n| tail + n + 5)
            }
            None => text.len(),
        };
        hits.push(from, to, KEY);
        at = to;
    }
}

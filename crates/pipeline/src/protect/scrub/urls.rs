//! Query strings: only parameters that the project keeps stay.

use super::text::{Hits, text};

/// Drops queries of URLs inside a text.
pub(super) fn find(input: &str, keep: &[String], hits: &mut Hits) {
    let bytes = input.as_bytes();
    let mut done = 0;
    for at in memchr::memchr_iter(b'?', bytes) {
        if at < done {
            continue;
        }
        let from = at - bytes[done..at].iter().rev().take_while(|&&b| !ends_url(b)).count();
        let before = &input[from..at];
        if !(before.contains("://") || before.starts_with('/') || before.starts_with("./")) {
            continue;
        }
        let end = at + url_len(&bytes[at..]);
        let place = position_len(&input[at..end]);
        let (query, fragment) = split(&input[at + 1..end - place], '#');
        hits.push(at, end - place, kept(query, keep) + &route(fragment, keep));
        done = end;
    }
}

/// A URL without credentials, without parameters that are not kept, without a fragment other than
/// a client-side route, and with its path scrubbed.
pub(crate) fn url(raw: &str, keep: &[String]) -> String {
    let raw = raw.trim();
    if let Some(data) = raw.strip_prefix("data:") {
        let kind = data.split([';', ',']).next().unwrap_or_default();
        return format!("data:{}", &kind[..kind.len().min(64)].trim());
    }
    if raw.get(..11).is_some_and(|s| s.eq_ignore_ascii_case("javascript:")) {
        return "javascript:".to_owned();
    }
    let (rest, fragment) = split(raw, '#');
    let (base, query) = split(rest, '?');
    let base = text(base, keep).unwrap_or_else(|| base.to_owned());
    base + &kept(query, keep) + &route(fragment, keep)
}

fn split(whole: &str, at: char) -> (&str, &str) {
    whole.split_once(at).unwrap_or((whole, ""))
}

/// `?` and the pairs that stay, or nothing.
fn kept(query: &str, keep: &[String]) -> String {
    let mut out = String::new();
    if keep.is_empty() {
        return out;
    }
    for pair in query.split('&') {
        let (key, value) = split(pair, '=');
        if keep.iter().any(|k| k == key) {
            out.push(if out.is_empty() { '?' } else { '&' });
            out.push_str(key);
            if !value.is_empty() {
                out.push('=');
                out.push_str(&text(value, &[]).unwrap_or_else(|| value.to_owned()));
            }
        }
    }
    out
}

/// Fragments that are routes (`#/orders`, `#!/orders`) stay: others may be tokens.
fn route(fragment: &str, keep: &[String]) -> String {
    if !(fragment.starts_with('/') || fragment.starts_with("!/")) {
        return String::new();
    }
    let (path, query) = split(fragment, '?');
    let path = text(path, keep).unwrap_or_else(|| path.to_owned());
    format!("#{path}{}", kept(query, keep))
}

fn ends_url(b: u8) -> bool {
    b.is_ascii_whitespace()
        || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|')
}

fn url_len(bytes: &[u8]) -> usize {
    let stops = |i: usize, b: u8| {
        let last = || bytes.get(i + 1).is_none_or(u8::is_ascii_whitespace);
        ends_url(b) || matches!(b, b';' | b',') && last()
    };
    bytes.iter().enumerate().take_while(|&(i, &b)| !stops(i, b)).count()
}

/// Length of the `:line:column` that stack frames append.
fn position_len(url: &str) -> usize {
    let bytes = url.as_bytes();
    let mut end = bytes.len();
    for _ in 0..2 {
        let digits = bytes[..end].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=7).contains(&digits) || end <= digits || bytes[end - digits - 1] != b':' {
            break;
        }
        end -= digits + 1;
    }
    bytes.len() - end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_kept_stays() {
        let keep = ["tab".to_owned(), "q".to_owned()];
        for (raw, want) in [
            ("http://127.0.0.1:8401/r?a=1#zz", "http://127.0.0.1:8401/r"),
            ("https://u:p@h/x?tab=1&token=2", "https://[masked]@h/x?tab=1"),
            ("/admin/orders?q=a@b.com&tab", "/admin/orders?q=[email]&tab"),
            ("https://h/#/orders/5?tab=2&x=1", "https://h/#/orders/5?tab=2"),
            ("https://h/#access_token=abc", "https://h/"),
            ("data:image/png;base64,AAAA", "data:image/png"),
            ("JavaScript:alert(1)", "javascript:"),
            ("/users/13812345678", "/users/[phone]"),
            ("", ""),
        ] {
            assert_eq!(url(raw, &keep), want);
            assert_eq!(url(want, &keep), want);
        }
    }
}

//! Small repairs of text before it is read as JSON.

use std::borrow::Cow;

use memchr::memmem;

/// Drops a byte order mark and replaces lone surrogate escapes, which browsers write when a
/// string was cut inside an emoji and which would otherwise cost the whole report.
pub(super) fn tidy(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = match text {
        Cow::Borrowed(s) => Cow::Borrowed(s.strip_prefix('\u{feff}').unwrap_or(s)),
        Cow::Owned(s) if s.starts_with('\u{feff}') => Cow::Owned(s['\u{feff}'.len_utf8()..].into()),
        owned => owned,
    };
    let bytes = text.as_bytes();
    let mut lone = Vec::new();
    let mut from = 0;
    while let Some(found) = memmem::find(&bytes[from..], b"\\u") {
        let at = from + found;
        from = at + 2;
        if escaped(bytes, at) {
            continue;
        }
        match unit(bytes, at) {
            Some(0xD800..0xDC00) => match unit(bytes, at + 6) {
                Some(0xDC00..0xE000) => from = at + 12,
                _ => lone.push(at),
            },
            Some(0xDC00..0xE000) => lone.push(at),
            _ => {}
        }
    }
    if lone.is_empty() {
        return text;
    }
    let mut out = text.into_owned();
    for at in lone {
        out.replace_range(at..at + 6, "\\ufffd");
    }
    Cow::Owned(out)
}

/// Whether the backslash at `at` is itself escaped.
fn escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1
}

fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6)?;
    let hex = escape.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

/// A parameter of a query string, percent-decoded. `None` if absent or not UTF-8.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    let raw = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })?;
    percent_decode(raw)
}

pub(crate) fn percent_decode(raw: &str) -> Option<String> {
    let bytes = raw.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let hex = raw.get(at + 1..at + 3)?;
                out.push(u8::from_str_radix(hex, 16).ok()?);
                at += 3;
            }
            b'+' => {
                out.push(b' ');
                at += 1;
            }
            other => {
                out.push(other);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_become_replacement_characters() {
        let cut = r#"{"a":"\ud83d","b":"\ud83d\ude00","c":"\\ud83d","d":"\ude00x"}"#;
        assert!(serde_json::from_str::<serde_json::Value>(cut).is_err());
        let value: serde_json::Value =
            serde_json::from_str(&tidy(Cow::Borrowed(cut))).expect("repaired");
        assert_eq!(value["a"], "\u{fffd}");
        assert_eq!(value["b"], "😀");
        assert_eq!(value["c"], "\\ud83d");
        assert_eq!(value["d"], "\u{fffd}x");
    }

    #[test]
    fn parameters_are_decoded() {
        assert_eq!(
            parameter("a=1&data=%7B%22x%22%3A%22%E7%82%B9+b%22%7D", "data").as_deref(),
            Some("{\"x\":\"点 b\"}")
        );
        assert_eq!(parameter("data=%zz", "data"), None);
        assert_eq!(parameter("data=%ff", "data"), None);
        assert_eq!(parameter("datax=1", "data"), None);
    }
}

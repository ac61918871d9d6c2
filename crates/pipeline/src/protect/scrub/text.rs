//! Free text: finds what must not stay and writes the text anew without it.

use super::prefilter::{Suspicion, look};
use super::{emails, numbers, pairs, tokens, urls};

/// Spans of a text and what stands in their place.
#[derive(Debug, Default)]
pub(super) struct Hits(Vec<(usize, usize, std::borrow::Cow<'static, str>)>);

impl Hits {
    pub fn push(
        &mut self,
        from: usize,
        to: usize,
        mask: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        self.0.push((from, to, mask.into()));
    }

    /// Overlapping spans become one under the mask of the first, so that nothing shows between.
    fn apply(mut self, text: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (from, to, mask) in self.0 {
            if from >= done {
                out.push_str(&text[done..from]);
                out.push_str(&mask);
            }
            done = done.max(to);
        }
        out.push_str(&text[done..]);
        (out != text).then_some(out)
    }
}

/// The text without personal data and secrets; `None` if it is clean as it is.
pub(crate) fn text(input: &str, keep_query: &[String]) -> Option<String> {
    let seen = look(input);
    if seen.any() { suspected(input, seen, keep_query) } else { None }
}

pub(super) fn suspected(input: &str, seen: Suspicion, keep_query: &[String]) -> Option<String> {
    let mut hits = Hits::default();
    if seen.at {
        emails::find(input, &mut hits);
    }
    if seen.digits {
        numbers::find(input, &mut hits);
    }
    if seen.token {
        tokens::find(input, &mut hits);
    }
    if seen.pair {
        pairs::find(input, &mut hits);
    }
    if seen.query {
        urls::find(input, keep_query, &mut hits);
    }
    hits.apply(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrub(input: &str) -> String {
        text(input, &["tab".to_owned()]).unwrap_or_else(|| input.to_owned())
    }

    #[test]
    fn shapes_are_masked() {
        for (input, output) in [
            ("mail a.b+c@mail.example.com now", "mail [email] now"),
            ("点我 secret@mail.com谢谢", "点我 [email]谢谢"),
            ("/u/a%40b.com/x", "/u/[email]/x"),
            ("https://user:pw@host/x", "https://[masked]@host/x"),
            ("手机13812345678号", "手机[phone]号"),
            ("138-1234-5678 or +86 138 1234 5678", "[phone] or [phone]"),
            ("+49 30 901820, (415) 555-2671", "[phone], [phone]"),
            ("0755-88889999", "[phone]"),
            ("4111 1111 1111 1111", "[card]"),
            ("card=5555555555554444.", "card=[card]."),
            ("身份证11010519491231002X", "身份证[citizen-id]"),
            ("110105194912310021", "[citizen-id]"),
            ("Bearer abc.def-123", "Bearer [redacted]"),
            ("x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-9 y", "x [redacted] y"),
            ("AKIAIOSFODNN7EXAMPLE", "[key]"),
            ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[key]"),
            ("password=hunter2&x=1", "password=[masked]&x=1"),
            ("{\"password\":\"p q\",\"a\":1", "{\"password\":\"[masked]\",\"a\":1"),
            ("Authorization: Basic dXNlcjpwYXNz", "Authorization: [masked]"),
            ("密码：abc123 结束", "密码：[masked] 结束"),
            ("您的password: x1 ok", "您的password: [masked] ok"),
            ("GET https://a/b?token=1&tab=2 failed", "GET https://a/b?tab=2 failed"),
            ("at f (https://a/app.js?v=1:20:5)", "at f (https://a/app.js:20:5)"),
            ("/a?x=1; 请求失败", "/a; 请求失败"),
            ("<input type=\"text\" value=\"typed\">", "<input type=\"text\" value=\"[masked]\">"),
        ] {
            assert_eq!(scrub(input), output);
            assert_eq!(scrub(output), output, "scrubbing twice");
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for input in [
            "Cannot read properties of null (reading 'foo')",
            "took 0.13812345678 s",
            "at 1795224375999 after 42 ms",
            "2026-11-21 04:33:01.123 INFO started",
            "http://127.0.0.1:8401/a.js:2514:57",
            "v1.2.3-rc.4+build.20261121",
            "Basic authentication failed",
            "the token: null",
            "what? nothing = 1",
            "3e68cce1-7008-4186-9177-07dcc2dc4a8d",
            // Either would do as a landline.
            "fda971bf-3fd0-42dc-a070-6288281ee945",
            "recording 01234567-0755-4888-8999-012345678901 begins",
        ] {
            assert_eq!(text(input, &[]), None, "{input}");
        }
    }
}

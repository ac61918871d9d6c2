//! The last guard before a log line leaves the process. Call sites do not log secrets; this
//! makes sure that neither does an error text that quotes what a client sent.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Keys and secrets of ours, tokens, credentials in headers, queries and JSON, e-mail addresses.
/// The named prefix, where there is one, stays so that a reader knows what was there.
#[expect(clippy::expect_used, reason = "a literal pattern, exercised by every test")]
static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)",
        r"\b(?P<own>sb[pskh]_)[0-9a-f]{4,}",
        r"|\beyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*",
        r"|(?P<bearer>\b(?:bearer|basic) )[\w.+/=~-]{6,}",
        r"|(?P<cookie>\bsb_session=)[^;\s,]+",
        r#"|(?P<pair>\b(?:api-?key|key|token|secret|password|passwd|pwd|signature|sb_sig|sb_nonce|authorization)\\?"?\s*[=:]\s*\\?"?)[^\s&",;}\\]+"#,
        r"|[\w.+-]+@[\w-]+\.[\w.-]+",
    ))
    .expect("the pattern compiles")
});

pub const MARK: &str = "[redacted]";

pub fn redact(line: &str) -> Cow<'_, str> {
    SECRETS.replace_all(line, |found: &Captures<'_>| {
        let kept = ["own", "bearer", "cookie", "pair"].iter().find_map(|name| found.name(name));
        format!("{}{MARK}", kept.map_or("", |m| m.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_pass() {
        for (line, planted) in [
            ("GET /reportData?apikey=sbp_00112233445566778899aabbccddeeff", "00112233"),
            ("Authorization: Bearer sbs_0011223344556677", "0011223344"),
            ("bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIi"),
            (r#"{"password":"hunter2-planted","x":1}"#, "hunter2"),
            (r#"body was {\"apiKey\":\"plain-planted\"}"#, "plain-planted"),
            ("cookie sb_session=c0ffee-planted; other=1", "c0ffee"),
            ("no such operator anna.schmidt@example.com", "anna.schmidt"),
            ("x-signalbox-signature: v1=0badc0de", "0badc0de"),
        ] {
            let clean = redact(line);
            assert!(!clean.contains(planted), "{clean}");
            assert!(clean.contains(MARK), "{clean}");
        }
    }

    #[test]
    fn ordinary_lines_pass_as_they_are() {
        for line in [
            "listening on http://127.0.0.1:8080",
            "moved 1200 rows in 14 ms, applied_seq=88",
            r#"{"level":"INFO","keys":3,"project":"shop","message":"设备已上线"}"#,
        ] {
            assert_eq!(redact(line), line);
        }
    }
}

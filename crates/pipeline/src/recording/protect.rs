//! Rewrites rrweb events in one pass over their text: visible and typed text becomes `*`, scripts
//! and addresses that could act in a player disappear. No tree is built, so a segment costs its
//! own size and nesting costs a few bytes.

use model::Reason;
use model::settings::Privacy;
use serde::de::IgnoredAny;

use super::mask::{Masker, Place};
use crate::decode::fields::Problem;

/// Pages nest deeper than API payloads, and two levels of JSON make one of the page.
const MAX_DEPTH: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Masked {
    pub text: String,
    pub events: u32,
    pub first_ts: Option<i64>,
    pub last_ts: Option<i64>,
}

/// One open array or object.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    object: bool,
    /// The key that the value now read belongs to; of an array, the key of the array.
    key: &'a str,
    /// Inside the attributes of an element.
    attributes: bool,
    /// Inside an element whose text is style, not content.
    style: bool,
}

pub(super) fn segment(json: &str, privacy: &Privacy) -> Result<Masked, Problem> {
    let invalid = || Problem::at(Reason::Malformed, "events", "is not a JSON list after decoding");
    // Validates without building anything; what follows may then trust the grammar.
    serde_json::from_str::<Vec<IgnoredAny>>(json).map_err(|_| invalid())?;
    let mut walk = Walk {
        json,
        at: 0,
        out: Masked { text: String::with_capacity(json.len()), ..Masked::default() },
        copied: 0,
        stack: Vec::with_capacity(64),
        masker: Masker { privacy },
    };
    walk.run()?;
    if walk.out.events == 0 {
        return Err(Problem::at(Reason::Schema, "events", "has no events"));
    }
    Ok(walk.out)
}

struct Walk<'a> {
    json: &'a str,
    at: usize,
    out: Masked,
    /// Everything before this position is in `out`.
    copied: usize,
    stack: Vec<Frame<'a>>,
    masker: Masker<'a>,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Result<(), Problem> {
        let bytes = self.json.as_bytes();
        while let Some(&b) = bytes.get(self.at) {
            match b {
                b'{' | b'[' => self.open(b == b'{')?,
                b'}' | b']' => {
                    self.stack.pop();
                    self.at += 1;
                }
                b'"' => self.string(),
                b'0'..=b'9' | b'-' => self.number(),
                b't' => {
                    if let Some(frame) = self.stack.last_mut() {
                        frame.style |= frame.key == "isStyle";
                    }
                    self.at += 4;
                }
                _ => self.at += 1,
            }
        }
        self.out.text.push_str(&self.json[self.copied..]);
        Ok(())
    }

    fn open(&mut self, object: bool) -> Result<(), Problem> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(Problem::at(Reason::TooComplex, "events", "is nested too deeply"));
        }
        if self.stack.len() == 1 {
            self.out.events += 1;
        }
        let frame = match self.stack.last() {
            None => Frame { object, key: "", attributes: false, style: false },
            Some(outer) => Frame {
                object,
                key: outer.key,
                attributes: object && outer.key == "attributes" || outer.attributes,
                style: outer.style,
            },
        };
        self.stack.push(frame);
        self.at += 1;
        Ok(())
    }

    fn number(&mut self) {
        let rest = &self.json.as_bytes()[self.at..];
        let len = rest
            .iter()
            .take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .count();
        let at_top = self.stack.len() == 2;
        if at_top && self.stack.last().is_some_and(|f| f.key == "timestamp") {
            let number = self.json[self.at..self.at + len].parse::<f64>().unwrap_or_default();
            let ts = number as i64;
            self.out.first_ts = Some(self.out.first_ts.map_or(ts, |first| first.min(ts)));
            self.out.last_ts = Some(self.out.last_ts.map_or(ts, |last| last.max(ts)));
        }
        self.at += len;
    }

    fn string(&mut self) {
        let from = self.at + 1;
        let to = string_end(self.json.as_bytes(), from);
        self.at = (to + 1).min(self.json.len());
        let raw = &self.json[from..to];
        let after = self.json[self.at..].trim_start();
        let Some(frame) = self.stack.last_mut() else { return };
        if frame.object && after.starts_with(':') {
            frame.key = raw;
            return;
        }
        if frame.key == "tagName" {
            frame.style |= raw.eq_ignore_ascii_case("style");
        }
        let place = Place {
            key: frame.key,
            attributes: frame.attributes,
            style: frame.style || after.starts_with(",\"isStyle\":true"),
        };
        if let Some(replaced) = self.masker.replace(place, raw) {
            self.out.text.push_str(&self.json[self.copied..from]);
            self.out.text.push_str(&replaced);
            self.copied = to;
        }
    }
}

/// Position of the quote that ends the string beginning at `from`.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        at += found;
        if bytes[at] == b'"' {
            return at;
        }
        at = (at + 2).min(bytes.len());
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn mask(events: &Value, mask: bool) -> Value {
        let privacy = Privacy { mask_recordings: mask, ..Privacy::default() };
        let masked = segment(&events.to_string(), &privacy).expect("masks");
        serde_json::from_str(&masked.text).expect("still JSON")
    }

    fn snapshot() -> Value {
        json!([
            {"type": 4, "data": {"href": "https://a/b?token=1", "width": 10}, "timestamp": 5},
            {"type": 2, "timestamp": 3, "data": {"node": {"type": 0, "childNodes": [
                {"type": 2, "tagName": "style", "attributes": {}, "childNodes": [
                    {"type": 3, "textContent": ".a { color: red }", "isStyle": true}]},
                {"type": 2, "tagName": "input", "attributes":
                    {"value": "typed", "placeholder": "Name", "class": "wide", "onclick": "x()",
                     "href": "javascript:x()", "srcdoc": "<script>", "maxlength": 5}},
                {"type": 3, "textContent": "Hi \"点我\"\n secret@mail.com", "id": 8}]}}},
            {"type": 3, "timestamp": 9, "data": {"source": 5, "text": "hel lo", "id": 9}},
            {"type": 3, "timestamp": 7, "data": {"source": 0, "texts": [{"id": 1, "value": "new"}],
                "attributes": [{"id": 1, "attributes": {"value": "v", "style": {"top": "1px"}}}]}},
        ])
    }

    #[test]
    fn text_is_masked_and_layout_stays() {
        let masked = mask(&snapshot(), true);
        let nodes = &masked[1]["data"]["node"]["childNodes"];
        assert_eq!(nodes[0]["childNodes"][0]["textContent"], ".a { color: red }");
        let attributes = &nodes[1]["attributes"];
        assert_eq!(attributes["value"], "*****");
        assert_eq!(attributes["placeholder"], "****");
        assert_eq!(attributes["class"], "wide");
        for gone in ["onclick", "href", "srcdoc"] {
            assert_eq!(attributes[gone], "", "{gone}");
        }
        assert_eq!(nodes[2]["textContent"], "** ****\n ***************");
        assert_eq!(masked[0]["data"]["href"], "https://a/b");
        assert_eq!(masked[2]["data"]["text"], "*** **");
        assert_eq!(masked[3]["data"]["texts"][0]["value"], "***");
        assert_eq!(masked[3]["data"]["attributes"][0]["attributes"]["style"]["top"], "1px");
    }

    #[test]
    fn unmasked_recordings_are_still_scrubbed() {
        let text = mask(&snapshot(), false);
        let node = &text[1]["data"]["node"]["childNodes"][2];
        assert_eq!(node["textContent"], "Hi \"点我\"\n [email]");
        assert_eq!(text[2]["data"]["text"], "hel lo");
    }

    #[test]
    fn times_and_events_are_counted() {
        let masked = segment(&snapshot().to_string(), &Privacy::default()).expect("masks");
        assert_eq!((masked.events, masked.first_ts, masked.last_ts), (4, Some(3), Some(9)));
    }

    #[test]
    fn nesting_and_nonsense_are_refused() {
        let deep = format!("[{}{}]", "[".repeat(5000), "]".repeat(5000));
        let reason = |text: &str| segment(text, &Privacy::default()).map_err(|p| p.reason).err();
        assert_eq!(reason(&deep), Some(Reason::TooComplex));
        assert_eq!(reason("{}"), Some(Reason::Malformed));
        assert_eq!(reason("[1,"), Some(Reason::Malformed));
        assert_eq!(reason("[]"), Some(Reason::Schema));
    }

    proptest! {
        #[test]
        fn typed_text_never_survives(secret in "[a-zA-Z0-9]{6,20}", before in ".{0,9}", after in ".{0,9}") {
            let events = json!([{"data": {"text": format!("{before}{secret}{after}"),
                "textContent": secret, "attributes": {"value": secret}}}]);
            let privacy = Privacy::default();
            let masked = segment(&events.to_string(), &privacy).expect("masks");
            prop_assert!(!masked.text.contains(&secret));
            let again = segment(&masked.text, &privacy).expect("masks");
            prop_assert_eq!(again.text, masked.text);
        }
    }
}

//! What an event says: the events that the product knows are checked field by field, others are
//! their publisher's own.

use std::collections::BTreeMap;

use model::Millis;
use realtime::native::business::{BusinessEvent, normalise};
use serde_json::value::{RawValue, to_raw_value};

use super::message::Message;
use super::problems::Problems;

/// Brackets within brackets, as in what clients send.
const MAX_DEPTH: usize = 32;

/// The last moment that JavaScript can name.
const LAST: Millis = 8_640_000_000_000_000;

#[derive(Debug)]
pub struct Content {
    /// Several when the event has an older name that is still heard.
    pub names: Vec<String>,
    pub data: Box<RawValue>,
    /// Whom it concerns, whoever publishes it.
    pub rooms: Vec<String>,
}

pub struct Rules {
    pub max_bytes: usize,
    pub notice_alias: bool,
    pub now: Millis,
}

/// `None` when a problem was found.
pub fn read(message: &Message, rules: &Rules, problems: &mut Problems) -> Option<Content> {
    let text = message.data.get();
    if text.len() > rules.max_bytes {
        problems.add("data", format!("must be {} bytes at most", rules.max_bytes));
        return None;
    }
    if depth(text) > MAX_DEPTH {
        problems.add("data", format!("must not be nested deeper than {MAX_DEPTH}"));
        return None;
    }
    let named = message.ts.is_none_or(|ts| (0..=LAST).contains(&ts));
    problems.must(named, "ts", "must be milliseconds since 1970");
    match BusinessEvent::by_name(&message.event) {
        Some(event) => known(event, message, rules, problems),
        None => own(message, problems),
    }
}

fn known(
    event: BusinessEvent,
    message: &Message,
    rules: &Rules,
    problems: &mut Problems,
) -> Option<Content> {
    let at = message.ts.unwrap_or(rules.now);
    match normalise(event, message.data.get().as_bytes(), at) {
        Ok(done) => Some(Content {
            names: event.names(rules.notice_alias).map(str::to_owned).collect(),
            data: done.data,
            rooms: done.rooms,
        }),
        Err(refusal) if refusal.problems.is_empty() => {
            problems.add("data", refusal.message);
            None
        }
        Err(refusal) => {
            for problem in refusal.problems {
                let dot = if problem.field.is_empty() { "" } else { "." };
                problems.add(format!("data{dot}{}", problem.field), problem.message);
            }
            None
        }
    }
}

fn own(message: &Message, problems: &mut Problems) -> Option<Content> {
    let data = match message.ts {
        None => Some(message.data.clone()),
        Some(ts) => stamped(&message.data, ts),
    };
    if data.is_none() {
        problems.add("ts", "needs data that is an object, to be put into it");
    }
    Some(Content { names: vec![message.event.clone()], data: data?, rooms: Vec::new() })
}

/// The values stay as they were written.
fn stamped(data: &RawValue, ts: Millis) -> Option<Box<RawValue>> {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(data.get()).ok()?;
    if !fields.contains_key("ts") {
        fields.insert("ts".to_owned(), to_raw_value(&ts).ok()?);
    }
    to_raw_value(&fields).ok()
}

/// Of a text that is JSON.
pub(super) fn depth(text: &str) -> usize {
    let (mut deepest, mut depth) = (0usize, 0usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

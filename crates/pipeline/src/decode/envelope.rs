//! Takes a body apart into what its items share and the items, each still text: one item that is
//! too deep or too wide then fails alone.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{Budget, JsonError, Limits, Obj, Text};

/// No project may allow more items than this in one request.
const MAX_ITEMS: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    /// Fields beside the list; empty for a bare array or a single item.
    pub shared: Obj<'a>,
    pub items: Vec<&'a str>,
    /// Items beyond [`MAX_ITEMS`], only counted.
    pub beyond: u32,
}

/// `list` names the fields that may hold the items. An object without any is itself the item.
pub(crate) fn open<'a>(
    text: &'a str,
    list: &'static [&'static str],
    limits: Limits,
) -> Result<Envelope<'a>, JsonError> {
    let budget = Budget::new(limits);
    let mut reader = serde_json::Deserializer::from_str(text);
    let top = Top { budget: &budget, list };
    let opened = top.deserialize(&mut reader).and_then(|o| reader.end().map(|()| o));
    let (mut envelope, listed) = opened.map_err(|e| budget.explain(&e))?;
    if !listed {
        envelope.items = vec![text];
    }
    Ok(envelope)
}

struct Top<'b> {
    budget: &'b Budget,
    list: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = (Envelope<'de>, bool);

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = (Envelope<'de>, bool);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let mut envelope = Envelope::default();
        List(&mut envelope).visit_seq(seq)?;
        Ok((envelope, true))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut envelope = Envelope::default();
        if self.list.is_empty() {
            // The whole object is the item: its own pass reads it.
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok((envelope, false));
        }
        let mut listed = false;
        while let Some(key) = map.next_key_seed(Text)? {
            if self.list.contains(&key.as_ref()) {
                listed = true;
                map.next_value_seed(List(&mut envelope))?;
            } else {
                let value = map.next_value_seed(self.budget.seed().inner())?;
                envelope.shared.0.push((key, value));
            }
        }
        if !listed {
            envelope.shared.0.clear();
        }
        Ok((envelope, listed))
    }
}

struct List<'e, 'de>(&'e mut Envelope<'de>);

impl<'de> DeserializeSeed<'de> for List<'_, 'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while self.0.items.len() < MAX_ITEMS {
            match seq.next_element::<&'de RawValue>()? {
                Some(raw) => self.0.items.push(raw.get()),
                None => return Ok(()),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {
            self.0.beyond = self.0.beyond.checked_add(1).ok_or(A::Error::custom("endless"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { depth: 8, nodes: 100 };

    #[test]
    fn a_batch_a_list_and_a_single_item() {
        let batch = open(r#"{"app":"a","events":[{"x":1}, 2 ],"env":"e"}"#, &["events"], LIMITS);
        let batch = batch.expect("opens");
        assert_eq!(batch.items, [r#"{"x":1}"#, "2"]);
        assert_eq!(batch.shared.0.len(), 2);
        let list = open(r#"[{"x":1}]"#, &["events"], LIMITS).expect("opens");
        assert_eq!((list.items.len(), list.shared.0.len()), (1, 0));
        let single = open(r#"{"type":"x"}"#, &["events"], LIMITS).expect("opens");
        assert_eq!(single.items, [r#"{"type":"x"}"#]);
        assert!(single.shared.0.is_empty());
    }

    #[test]
    fn what_is_no_batch_is_malformed() {
        for text in ["", "1", "\"x\"", "{", "[1", "[1]x", r#"{"events":{}}"#] {
            assert!(
                matches!(open(text, &["events"], LIMITS), Err(JsonError::Malformed(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn items_beyond_the_ceiling_are_counted_not_kept() {
        let text = format!("[{}1]", "1,".repeat(1_000_000));
        let wide = open(&text, &["events"], LIMITS).expect("opens");
        assert_eq!(wide.items.len() + wide.beyond as usize, 1_000_001);
        assert_eq!(wide.items.len(), MAX_ITEMS);
    }

    #[test]
    fn a_deep_item_does_not_stop_the_others() {
        let text = format!("[{}{},{{}}]", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(open(&text, &["events"], LIMITS).expect("opens").items.len(), 2);
    }
}

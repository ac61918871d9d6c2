//! JSON as it came, borrowed from the body, with its limits enforced while it is read.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Cow<'a, str>),
    Arr(Vec<Json<'a>>),
    Obj(Obj<'a>),
}

/// Fields in the order they came. `__proto__` and duplicates are just fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Obj<'a>(pub Vec<(Cow<'a, str>, Json<'a>)>);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub depth: usize,
    pub nodes: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonError {
    #[error("not valid JSON: {0}")]
    Malformed(String),
    #[error("nested deeper or wider than allowed")]
    TooComplex,
}

/// Reads one value and counts what it is made of: every value is one node, and a value inside
/// `n` arrays and objects has depth `n`.
pub(crate) fn parse(text: &str, limits: Limits) -> Result<Json<'_>, JsonError> {
    let budget = Budget::new(limits);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = budget.seed().deserialize(&mut reader).and_then(|v| reader.end().map(|()| v));
    value.map_err(|e| budget.explain(&e))
}

/// What is left of the limits while a document is read.
pub(super) struct Budget {
    limits: Limits,
    nodes: Cell<usize>,
    exceeded: Cell<bool>,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Budget { limits, nodes: Cell::new(0), exceeded: Cell::new(false) }
    }

    pub fn seed(&self) -> Seed<'_> {
        Seed { budget: self, depth: 0 }
    }

    pub fn explain(&self, error: &serde_json::Error) -> JsonError {
        if self.exceeded.get() {
            return JsonError::TooComplex;
        }
        JsonError::Malformed(format!("line {} column {}", error.line(), error.column()))
    }
}

#[derive(Clone, Copy)]
pub(super) struct Seed<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl<'b> Seed<'b> {
    pub fn inner(self) -> Seed<'b> {
        Seed { depth: self.depth + 1, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Json<'de>, D::Error> {
        let nodes = self.budget.nodes.get() + 1;
        self.budget.nodes.set(nodes);
        if self.depth > self.budget.limits.depth || nodes > self.budget.limits.nodes {
            self.budget.exceeded.set(true);
            return Err(D::Error::custom("too complex"));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Json<'de>, E> {
        Ok(Json::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Json<'de>, E> {
        Ok(i64::try_from(v).map_or(Json::Float(v as f64), Json::Int))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(v))
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Str(Cow::Borrowed(v)))
    }

    fn visit_str<E>(self, v: &str) -> Result<Json<'de>, E> {
        Ok(Json::Str(Cow::Owned(v.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.inner())? {
            items.push(item);
        }
        Ok(Json::Arr(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut fields = Vec::with_capacity(8);
        while let Some(key) = map.next_key_seed(Text)? {
            fields.push((key, map.next_value_seed(self.inner())?));
        }
        Ok(Json::Obj(Obj(fields)))
    }
}

/// A string, borrowed where it has no escapes.
pub(super) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(v.to_owned()))
    }
}

impl<'a> Obj<'a> {
    /// Removes and returns a field. Order is not kept: it means nothing in JSON.
    pub fn take(&mut self, key: &str) -> Option<Json<'a>> {
        let at = self.0.iter().position(|(k, _)| k == key)?;
        Some(self.0.swap_remove(at).1)
    }

    pub fn get(&self, key: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Json<'a>> {
        self.0.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }
}

impl Json<'_> {
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::Str(s) => Some(s),
            _ => None,
        }
    }

    /// A number, also where it was written as a string.
    pub fn as_f64(&self) -> Option<f64> {
        let number = match self {
            Json::Int(n) => *n as f64,
            Json::Float(n) => *n,
            Json::Str(s) => s.trim().parse().ok()?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    pub fn to_text(&self) -> String {
        // Plain data and string keys: writing cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => out.serialize_unit(),
            Json::Bool(v) => out.serialize_bool(*v),
            Json::Int(v) => out.serialize_i64(*v),
            Json::Float(v) => out.serialize_f64(*v),
            Json::Str(v) => out.serialize_str(v),
            Json::Arr(v) => out.collect_seq(v),
            Json::Obj(v) => v.serialize(out),
        }
    }
}

impl Serialize for Obj<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key.as_ref(), value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Nodes and depth by the other road: a finished tree, walked.
    fn measure(value: &Value) -> (usize, usize) {
        let children: Vec<&Value> = match value {
            Value::Array(v) => v.iter().collect(),
            Value::Object(v) => v.values().collect(),
            _ => Vec::new(),
        };
        children.into_iter().map(measure).fold((1, 0), |(n, d), (cn, cd)| (n + cn, d.max(cd + 1)))
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            // Eighths survive any printer.
            any::<i32>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..6)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn limits_agree_with_a_walk_over_the_tree(value in any_json()) {
            let text = value.to_string();
            let (nodes, depth) = measure(&value);
            let parsed = parse(&text, Limits { depth, nodes });
            prop_assert_eq!(
                serde_json::from_str::<Value>(&parsed.expect("within limits").to_text()).ok(),
                serde_json::from_str::<Value>(&text).ok()
            );
            let fewer = parse(&text, Limits { depth, nodes: nodes - 1 });
            prop_assert_eq!(fewer, Err(JsonError::TooComplex));
            if depth > 0 {
                let flatter = parse(&text, Limits { depth: depth - 1, nodes });
                prop_assert_eq!(flatter, Err(JsonError::TooComplex));
            }
        }
    }

    #[test]
    fn proto_and_duplicates_are_just_fields() {
        let limits = Limits { depth: 4, nodes: 9 };
        let Ok(Json::Obj(obj)) = parse(r#"{"__proto__":{"a":1},"b":1,"b":2}"#, limits) else {
            panic!("an object")
        };
        assert_eq!(obj.0.len(), 3);
    }

    #[test]
    fn deep_and_wide_bombs_stop_at_the_limit() {
        let limits = Limits { depth: 32, nodes: 20_000 };
        let deep = "[".repeat(100_000);
        assert_eq!(parse(&deep, limits), Err(JsonError::TooComplex));
        let wide = format!("[{}1]", "1,".repeat(1_000_000));
        assert_eq!(parse(&wide, limits), Err(JsonError::TooComplex));
    }
}

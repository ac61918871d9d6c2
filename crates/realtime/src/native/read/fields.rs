use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::native::Problem;
use crate::native::limits::{MAX_ID, MAX_NAME, MAX_NAMES};

/// `Ok(None)` for a field that is not there and need not be.
type Read<T> = Result<Option<T>, Problem>;

/// An object of a message, and where in it that object stands.
#[derive(Debug, Clone)]
pub(in crate::native) struct Fields<'a> {
    map: Option<&'a Map<String, Value>>,
    path: String,
}

/// One field, whether it is there or not.
#[derive(Debug, Clone)]
pub(in crate::native) struct Field<'a> {
    value: Option<&'a Value>,
    path: String,
    required: bool,
}

impl<'a> Fields<'a> {
    pub fn of(map: &'a Map<String, Value>) -> Self {
        Fields { map: Some(map), path: String::new() }
    }

    /// An object that was left out: all its fields are missing.
    pub fn absent(path: &str) -> Self {
        Fields { map: None, path: path.to_owned() }
    }

    pub fn has(&self, name: &str) -> bool {
        self.map.is_some_and(|map| map.contains_key(name))
    }

    pub fn field(&self, name: &str) -> Field<'a> {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Field { value: self.map.and_then(|map| map.get(name)), path, required: false }
    }
}

impl<'a> Field<'a> {
    pub fn at(path: &str, value: Option<&'a Value>) -> Self {
        Field { value, path: path.to_owned(), required: false }
    }

    pub fn required(self) -> Self {
        Field { required: true, ..self }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.path.clone(), message)
    }

    /// The value by `convert`, or that it must be `expected`.
    fn read<T>(
        &self,
        convert: impl FnOnce(&'a Value) -> Option<T>,
        expected: impl FnOnce() -> String,
    ) -> Read<T> {
        match self.value {
            None if self.required => Err(self.problem("is required")),
            None => Ok(None),
            Some(value) => match convert(value) {
                Some(read) => Ok(Some(read)),
                None => Err(self.problem(format!("must be {}", expected()))),
            },
        }
    }

    pub fn string(&self, length: RangeInclusive<usize>) -> Read<&'a str> {
        self.read(|value| within(value, &length), || text_of(&length))
    }

    pub fn strings(
        &self,
        count: RangeInclusive<usize>,
        length: RangeInclusive<usize>,
    ) -> Read<Vec<&'a str>> {
        let all = |value: &'a Value| {
            let items = value.as_array().filter(|items| count.contains(&items.len()))?;
            items.iter().map(|item| within(item, &length)).collect()
        };
        self.read(all, || {
            let (from, to) = (count.start(), count.end());
            format!("an array of {from} to {to} items, each {}", text_of(&length))
        })
    }

    /// Channels, components.
    pub fn names(&self, least: usize) -> Read<Vec<String>> {
        let names = self.strings(least..=MAX_NAMES, 1..=MAX_NAME)?;
        Ok(names.map(|names| names.into_iter().map(str::to_owned).collect()))
    }

    /// The id of a message, if it can be repeated in the answer to it.
    pub fn repeatable(&self) -> Option<String> {
        self.string(1..=MAX_ID).ok().flatten().map(str::to_owned)
    }

    /// As JSON Schema has it, `5.0` is an integer too.
    pub fn integer(&self, range: RangeInclusive<u64>) -> Read<u64> {
        let whole = |value: &Value| {
            let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
            let number = value.as_u64().or((number >= 0.0).then_some(number as u64))?;
            range.contains(&number).then_some(number)
        };
        self.read(whole, || format!("an integer from {} to {}", range.start(), range.end()))
    }

    pub fn number(&self) -> Read<f64> {
        self.read(Value::as_f64, || "a number".to_owned())
    }

    pub fn boolean(&self) -> Read<bool> {
        self.read(Value::as_bool, || "true or false".to_owned())
    }

    pub fn object(&self) -> Read<Fields<'a>> {
        let fields = |map| Fields { map: Some(map), path: self.path.clone() };
        self.read(|value| value.as_object().map(fields), || "an object".to_owned())
    }

    /// One of a few words.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Read<T> {
        let known = |value: &Value| {
            let text = value.as_str()?;
            words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
        };
        self.read(known, || {
            let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            format!("one of {}", names.join(", "))
        })
    }

    /// An id as senders have them: a text, or a number.
    pub fn id(&self, length: RangeInclusive<usize>) -> Read<String> {
        let read = |value: &Value| match value {
            Value::Number(number) => Some(number.to_string()),
            other => within(other, &length).map(str::to_owned),
        };
        self.read(read, || format!("a number or {}", text_of(&length)))
    }
}

/// Counts characters as JSON Schema does, not bytes.
fn within<'a>(value: &'a Value, length: &RangeInclusive<usize>) -> Option<&'a str> {
    value.as_str().filter(|text| length.contains(&text.chars().count()))
}

fn text_of(length: &RangeInclusive<usize>) -> String {
    format!("a string of {} to {} characters", length.start(), length.end())
}

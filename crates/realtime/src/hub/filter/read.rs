//! Lists of strings as clients send them: checked strictly, because a filter that is read
//! differently than it was meant hides events without a word.

use serde_json::{Map, Value};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("{0} must be an object")]
    NotAnObject(&'static str),
    #[error("{0} must be a list of strings")]
    NotAList(&'static str),
    #[error("{0} must be a string")]
    NotAString(&'static str),
    #[error("{field} has more than {max} entries")]
    TooMany { field: &'static str, max: usize },
    #[error("{0} has an empty entry")]
    Empty(&'static str),
    #[error("{field} has an entry of more than {max} characters")]
    TooLong { field: &'static str, max: usize },
    /// `value` is cut: it is the client's, and goes back to it.
    #[error("{field} does not know {value:?}")]
    Unknown { field: &'static str, value: String },
}

impl FilterError {
    pub(super) fn unknown(field: &'static str, value: &str) -> Self {
        FilterError::Unknown { field, value: value.chars().take(100).collect() }
    }
}

/// One dimension of a filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dimension {
    pub field: &'static str,
    pub max_entries: usize,
    pub max_chars: usize,
}

impl Dimension {
    /// The entries of this dimension in a client's object; none when it is missing.
    pub fn read<'a>(&self, object: &'a Map<String, Value>) -> Result<Vec<&'a str>, FilterError> {
        let Some(value) = object.get(self.field) else { return Ok(Vec::new()) };
        let Value::Array(entries) = value else { return Err(FilterError::NotAList(self.field)) };
        if entries.len() > self.max_entries {
            return Err(self.too_many());
        }
        let strings = entries.iter().map(Value::as_str);
        strings.collect::<Option<_>>().ok_or(FilterError::NotAList(self.field))
    }

    /// Sorted, each once, and within the limits.
    pub fn normalise(&self, entries: &[&str]) -> Result<Box<[Box<str>]>, FilterError> {
        if entries.len() > self.max_entries {
            return Err(self.too_many());
        }
        entries.iter().try_for_each(|entry| self.check(entry))?;
        let mut entries = entries.to_vec();
        entries.sort_unstable();
        entries.dedup();
        Ok(entries.into_iter().map(Box::from).collect())
    }

    fn check(&self, entry: &str) -> Result<(), FilterError> {
        if entry.is_empty() {
            return Err(FilterError::Empty(self.field));
        }
        if entry.chars().nth(self.max_chars).is_some() {
            return Err(FilterError::TooLong { field: self.field, max: self.max_chars });
        }
        Ok(())
    }

    fn too_many(&self) -> FilterError {
        FilterError::TooMany { field: self.field, max: self.max_entries }
    }
}

/// Fields that are no dimension belong to other options of the same object.
pub(super) fn object<'a>(
    value: &'a Value,
    name: &'static str,
) -> Result<&'a Map<String, Value>, FilterError> {
    value.as_object().ok_or(FilterError::NotAnObject(name))
}

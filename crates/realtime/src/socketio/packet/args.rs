//! The arguments of an event or an acknowledgement, read only as far as they are asked for.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::into_args::{EncodeError, IntoArgs};
use super::{DecodeError, Limits, binary, json, payload};

/// A JSON array with its attachments; the first element of an event's is its name, which is not
/// counted as an argument.
#[derive(Debug, Clone)]
pub struct Args {
    json: Arc<str>,
    attachments: Vec<Bytes>,
    named: bool,
    elements: OnceLock<Box<[Range<usize>]>>,
}

#[derive(Debug, thiserror::Error)]
pub enum ArgError {
    #[error("argument {index} is missing")]
    Missing { index: usize },
    #[error("argument {index}: {source}")]
    Invalid { index: usize, source: serde_json::Error },
}

impl Args {
    /// `("name", (1, "two"))` becomes `["name",1,"two"]`.
    pub fn event(name: &str, values: impl IntoArgs) -> Result<Self, EncodeError> {
        if payload::is_reserved(name) {
            return Err(EncodeError::ReservedName);
        }
        values.into_args(Some(name))
    }

    /// `(1, "two")` becomes `[1,"two"]`.
    pub fn ack(values: impl IntoArgs) -> Result<Self, EncodeError> {
        values.into_args(None)
    }

    /// Arguments that are JSON already: the text of an array, without the name of an event.
    pub fn from_json_array(text: &str) -> Result<Self, DecodeError> {
        let array = payload::valid(text.trim_ascii(), &Limits::default())?;
        if !array.starts_with('[') {
            return Err(DecodeError::Payload);
        }
        Ok(Args::new(array, Vec::new(), false))
    }

    /// `json` is the text of a valid array; if `named`, it begins with the name.
    pub(super) fn new(json: impl Into<Arc<str>>, attachments: Vec<Bytes>, named: bool) -> Self {
        Args { json: json.into(), attachments, named, elements: OnceLock::new() }
    }

    pub(super) fn attach(self, attachments: Vec<Bytes>) -> Self {
        Args { attachments, ..self }
    }

    /// The whole array as it is on the wire, with the name and with placeholders.
    pub fn json(&self) -> &str {
        &self.json
    }

    pub fn attachments(&self) -> &[Bytes] {
        &self.attachments
    }

    /// The name of the event. A name that is a number is its text.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        let range = self.elements().first().filter(|_| self.named)?;
        let token = self.json.get(range.clone())?;
        Some(json::string(token).unwrap_or(Cow::Borrowed(token)))
    }

    pub fn len(&self) -> usize {
        self.values().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The JSON text of one argument.
    pub fn raw(&self, index: usize) -> Option<&str> {
        self.json.get(self.values().get(index)?.clone())
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.values().iter().filter_map(|range| self.json.get(range.clone()))
    }

    /// One argument as a value, in which a [`Binary`](super::Binary) finds its attachment.
    pub fn get<T: DeserializeOwned>(&self, index: usize) -> Result<T, ArgError> {
        let text = self.raw(index).ok_or(ArgError::Missing { index })?;
        let read = || serde_json::from_str(text);
        let (value, _) = binary::attached(self.attachments.clone(), read);
        value.map_err(|source| ArgError::Invalid { index, source })
    }

    fn values(&self) -> &[Range<usize>] {
        self.elements().get(usize::from(self.named)..).unwrap_or_default()
    }

    /// Found when first asked for: what is only passed on is never cut.
    fn elements(&self) -> &[Range<usize>] {
        self.elements.get_or_init(|| json::elements(&self.json))
    }
}

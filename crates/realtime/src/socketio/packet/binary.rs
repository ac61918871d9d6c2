//! Bytes as arguments: outside of the JSON on the wire, inside of the values in a handler.

use std::cell::RefCell;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::MAX_ATTACHMENTS;

/// Bytes anywhere inside an argument. They travel beside the JSON, so this type serialises and
/// deserialises only as part of [`Args`](super::Args).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binary(pub Bytes);

impl<T: Into<Bytes>> From<T> for Binary {
    fn from(bytes: T) -> Self {
        Binary(bytes.into())
    }
}

// serde hands no context down to the types inside a value, and wrapping its (de)serialisers for
// that breaks on `flatten` and untagged enums, which buffer. So the list lies beside the stack
// for as long as one value is read or written.
thread_local! {
    static ATTACHED: RefCell<Option<Vec<Bytes>>> = const { RefCell::new(None) };
}

/// Puts back what an outer scope had, also when the inner one panics.
struct Restore(Option<Vec<Bytes>>);

impl Drop for Restore {
    fn drop(&mut self) {
        ATTACHED.set(self.0.take());
    }
}

/// Runs `work` with `attachments` in reach of every [`Binary`], and returns what they are then.
pub(super) fn attached<T>(attachments: Vec<Bytes>, work: impl FnOnce() -> T) -> (T, Vec<Bytes>) {
    let _restore = Restore(ATTACHED.replace(Some(attachments)));
    let result = work();
    (result, ATTACHED.take().unwrap_or_default())
}

#[derive(Serialize, Deserialize)]
struct Placeholder {
    #[serde(rename = "_placeholder")]
    mark: bool,
    num: usize,
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let num = ATTACHED.with_borrow_mut(|list| {
            let list =
                list.as_mut().ok_or("bytes can only be sent in the arguments of an event")?;
            if list.len() >= MAX_ATTACHMENTS {
                return Err("the arguments hold too many attachments");
            }
            list.push(self.0.clone());
            Ok(list.len() - 1)
        });
        let num = num.map_err(ser::Error::custom)?;
        Placeholder { mark: true, num }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Placeholder { mark, num } = Placeholder::deserialize(deserializer)?;
        let bytes = ATTACHED.with_borrow(|list| list.as_ref()?.get(num).cloned());
        match bytes.filter(|_| mark) {
            Some(bytes) => Ok(Binary(bytes)),
            None => Err(de::Error::custom("the placeholder names no attachment")),
        }
    }
}

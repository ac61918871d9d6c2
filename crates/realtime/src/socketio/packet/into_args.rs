//! From values to arguments, as `emit(name, ...values)` has it in JavaScript.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Args, Binary, binary};

#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("the name of the event is reserved")]
    ReservedName,
    #[error("an argument does not serialise: {0}")]
    Serialise(#[from] serde_json::Error),
}

/// What can be given as the arguments of an event or acknowledgement:
///
/// - a tuple is several arguments, `()` is none;
/// - a reference to anything that serialises is one, so `&entry` for a struct of your own, and
///   `&[1, 2]` is one argument that is a list;
/// - so are strings, numbers, lists, options, JSON values and [`Binary`], by value too;
/// - [`Args`] are passed on as they are, attachments included.
pub trait IntoArgs {
    /// `name`, if there is one, goes before the values.
    fn into_args(self, name: Option<&str>) -> Result<Args, EncodeError>;
}

/// An array that is written value by value.
struct List(Vec<u8>);

impl List {
    fn build(
        name: Option<&str>,
        values: impl FnOnce(&mut List) -> Result<(), serde_json::Error>,
    ) -> Result<Args, EncodeError> {
        let mut list = List(vec![b'[']);
        let write = || {
            if let Some(name) = name {
                list.push(name)?;
            }
            values(&mut list)
        };
        let (written, attachments) = binary::attached(Vec::new(), write);
        written?;
        list.0.push(b']');
        let json = String::from_utf8(list.0).expect("serde_json writes UTF-8");
        Ok(Args::new(json, attachments, name.is_some()))
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), serde_json::Error> {
        self.comma();
        serde_json::to_writer(&mut self.0, value)
    }

    fn push_raw(&mut self, json: &str) {
        self.comma();
        self.0.extend_from_slice(json.as_bytes());
    }

    fn comma(&mut self) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
    }
}

impl<T: Serialize + ?Sized> IntoArgs for &T {
    fn into_args(self, name: Option<&str>) -> Result<Args, EncodeError> {
        List::build(name, |list| list.push(self))
    }
}

impl IntoArgs for &Args {
    /// The texts are copied as they are, so their placeholders stay right.
    fn into_args(self, name: Option<&str>) -> Result<Args, EncodeError> {
        let args = List::build(name, |list| {
            self.iter().for_each(|json| list.push_raw(json));
            Ok(())
        })?;
        Ok(args.attach(self.attachments().to_vec()))
    }
}

impl IntoArgs for Args {
    fn into_args(self, name: Option<&str>) -> Result<Args, EncodeError> {
        (&self).into_args(name)
    }
}

macro_rules! one_argument {
    ($([$($generics:tt)*] $type:ty),+ $(,)?) => { $(
        impl<$($generics)*> IntoArgs for $type {
            fn into_args(self, name: Option<&str>) -> Result<Args, EncodeError> {
                (&self).into_args(name)
            }
        }
    )+ };
}

one_argument!([] bool, [] i8, [] i16, [] i32, [] i64, [] u8, [] u16, [] u32, [] u64, [] usize);
one_argument!([] f32, [] f64, [] String, [] Value, [] Box<RawValue>, [] Binary);
one_argument!([T: Serialize] Vec<T>, [T: Serialize] Option<T>);

macro_rules! several_arguments {
    ($($value:ident: $type:ident),*) => {
        impl<$($type: Serialize),*> IntoArgs for ($($type,)*) {
            fn into_args(self, name: Option<&str>) -> Result<Args, EncodeError> {
                let ($($value,)*) = self;
                List::build(name, |_list| {
                    $(_list.push(&$value)?;)*
                    Ok(())
                })
            }
        }
    };
}

several_arguments!();
several_arguments!(a: A);
several_arguments!(a: A, b: B);
several_arguments!(a: A, b: B, c: C);
several_arguments!(a: A, b: B, c: C, d: D);
several_arguments!(a: A, b: B, c: C, d: D, e: E);

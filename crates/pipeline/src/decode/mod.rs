//! Bytes to values, with limits before everything. Shared by all signals.

pub(crate) mod body;
pub(crate) mod envelope;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod text;

pub(crate) use envelope::Envelope;
pub(crate) use fields::Fields;
pub(crate) use json::{Json, Limits, Obj};

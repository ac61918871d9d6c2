//! The typed query model: what may be asked of events and logs, checked before any SQL exists.
//!
//! A question comes in as JSON ([`Query::parse`]) or as request parameters ([`EventSearch`],
//! [`LogSearch`]), is checked against the catalogue of fields, and only then rendered: values
//! reach the engine as bound parameters, names only through the catalogue.
//!
//! What the measures mean: `count` is the number of stored rows and `uniques` counts exact
//! distinct values, empty ones left out. Everything else undoes sampling: `weightedCount`, `sum`,
//! `avg`, `rate` and `percentile` let each row stand for `1 / sampleRate` events.

mod calendar;
pub(crate) mod condition;
mod dialect;
mod error;
mod fields;
mod model;
mod parse;
pub(crate) mod plan;
pub(crate) mod render;
mod search;
mod table;
pub(crate) mod when;

pub(crate) use condition::Bound;
pub(crate) use fields::{FieldType, Source};

pub use error::QueryError;
pub use model::{
    Dataset, Direction, Filter, Func, Interval, Measure, Op, Order, Query, TopN, When,
};
pub use search::{EventSearch, LogSearch, Page, RecordingSearch};
pub use table::{Column, ColumnType, OTHER, Table, TableMeta};

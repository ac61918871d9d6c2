//! What one caller may take from all: rates as token buckets, and patience with misbehaviour.
//! No IO and no clock: time is passed in.

mod abuse;
mod bucket;
mod buckets;
mod source;
#[cfg(test)]
mod tests;

pub use abuse::{Abuse, Patience, Verdict, Violation, Violations};
pub use bucket::{Bucket, Rate};
pub use buckets::Buckets;
pub use source::Source;

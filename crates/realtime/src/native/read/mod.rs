//! Reading what a client sent: limits first, then field by field, so that it is told everything
//! that is wrong at once.

mod fields;
mod problems;
mod scan;

pub(super) use fields::{Field, Fields};
pub(super) use problems::Problems;
pub(super) use scan::check_shape;

//! What the product is measured beside: SQLite doing the same work, with the same care.

pub mod ingest;
pub mod table;

//! What is kept. The only crate that knows SQL and files.
//!
//! An item is acknowledged when the inbox has committed it; the mover carries it into the
//! warehouse, which answers questions. Projects, keys, operators and audit live in the control
//! plane. All of it stands in one data directory.

pub mod control;
pub mod disk;
pub mod inbox;
pub mod logfiles;
pub mod query;
pub mod recordings;
pub mod warehouse;

pub use control::{Control, MasterKey};
pub use disk::DiskOptions;
pub use inbox::{
    Backlog, DedupeKey, Inbox, InboxError, InboxOptions, Item, LedgerQuery, Receipt, Submission,
    SubmitError, decode, encode,
};
pub use logfiles::{LogFileFormat, LogFileOptions};
pub use recordings::{RecordingError, Recordings};
pub use warehouse::{ApplyBatch, RecordingRow, Warehouse, WarehouseError, WarehouseOptions};

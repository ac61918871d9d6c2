//! What is kept. The only crate that knows SQL and files.
//!
//! An item is acknowledged when the inbox has committed it; the mover carries it into the
//! warehouse, which answers questions. Projects, keys, operators and audit live in the control
//! plane. All of it stands in one data directory.

pub mod backup;
pub mod control;
pub mod disk;
mod housekeeper;
pub mod inbox;
mod layout;
pub mod logfiles;
pub mod mover;
pub mod query;
pub mod recordings;
mod retention;
mod store;
pub mod warehouse;

pub use control::{Control, MasterKey};
pub use disk::{DiskOptions, Space};
pub use inbox::{
    Backlog, DedupeKey, Inbox, InboxError, InboxOptions, Item, LedgerQuery, Receipt, Submission,
    SubmitError, decode, encode,
};
pub use logfiles::{LogFileFormat, LogFileOptions};
pub use mover::MoverStatus;
pub use recordings::{RecordingError, Recordings, RecordingsStatus};
pub use retention::{RetentionError, Retired};
pub use store::{OpenError, Store, StoreOptions, StoreStatus};
pub use warehouse::{ApplyBatch, RecordingRow, Warehouse, WarehouseError, WarehouseOptions};

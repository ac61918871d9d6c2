//! Names inside the data directory.

pub(crate) const LOCK: &str = "signalbox.lock";
pub(crate) const INBOX: &str = "inbox.db";
pub(crate) const CONTROL: &str = "control.db";
pub(crate) const WAREHOUSE: &str = "warehouse";
pub(crate) const WAREHOUSE_FILE: &str = "warehouse.duckdb";
pub(crate) const RECORDINGS: &str = "recordings";
pub(crate) const DEDUPE: &str = "dedupe";
pub(crate) const LOGS: &str = "logs";

//! Checkpoints of the inbox, kept out of the way of acknowledgements.
//!
//! The mover copies the write-ahead log in passive mode beside running commits; the writer is
//! asked only for the last few frames.

use std::sync::atomic::Ordering;

use rusqlite::Connection;

use super::Shared;

const DUE_BYTES: u64 = 24 << 20;

/// Copies what no reader needs; `true` if that was everything.
pub(crate) fn passive(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (busy, log, copied): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(busy == 0 && log == copied)
    })
}

/// Called by the mover between its steps, on its own connection.
pub(crate) fn if_due(shared: &Shared, db: &Connection) -> rusqlite::Result<()> {
    if shared.wal_bytes.load(Ordering::Acquire) < DUE_BYTES {
        return Ok(());
    }
    passive(db)?;
    shared.finish_checkpoint.store(true, Ordering::Release);
    Ok(())
}

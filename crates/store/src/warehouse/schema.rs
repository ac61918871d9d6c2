//! Tables and their versions. A migration is only ever added, never changed.

use duckdb::Connection;

use super::WarehouseError;

/// Each is one step from the version of its index to the next.
const MIGRATIONS: &[&str] =
    &[include_str!("sql/001_tables.sql"), include_str!("sql/002_devices.sql")];

/// Text is never null: empty means that the sender said nothing. Everything else is null then.
pub(super) fn migrate(db: &Connection) -> Result<(), WarehouseError> {
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS meta (
             schema_version BIGINT NOT NULL, applied_seq BIGINT NOT NULL, next_row BIGINT NOT NULL
         );
         INSERT INTO meta SELECT 0, 0, 1 WHERE NOT EXISTS (SELECT 1 FROM meta);",
    )?;
    let found: i64 = db.query_row("SELECT schema_version FROM meta", [], |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(WarehouseError::TooNew { found, known });
    }
    for (version, sql) in (1i64..).zip(MIGRATIONS).skip(usize::try_from(found).unwrap_or(0)) {
        let step = db.unchecked_transaction()?;
        step.execute_batch(sql)?;
        step.execute("UPDATE meta SET schema_version = ?", [version])?;
        step.commit()?;
    }
    Ok(())
}

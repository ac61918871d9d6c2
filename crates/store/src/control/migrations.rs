//! The schema's history. Append only: a migration that has shipped is never edited.

use rusqlite::Connection;

use super::ControlError;

const MIGRATIONS: &[&str] =
    &[include_str!("sql/001_control.sql"), include_str!("sql/002_realtime.sql")];

/// The version this build writes.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings the file to [`SCHEMA_VERSION`], one transaction per step, and tells how many steps it
/// took. A file from a newer build is refused rather than guessed at.
pub(super) fn migrate(db: &mut Connection) -> Result<i64, ControlError> {
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > SCHEMA_VERSION {
        return Err(ControlError::FromTheFuture { found, known: SCHEMA_VERSION });
    }
    for (sql, version) in MIGRATIONS.iter().zip(1i64..).skip(usize::try_from(found).unwrap_or(0)) {
        let tx = db.transaction()?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(SCHEMA_VERSION - found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut db = Connection::open_in_memory().expect("open");
        assert_eq!(migrate(&mut db).expect("first"), SCHEMA_VERSION);
        assert_eq!(migrate(&mut db).expect("second"), 0);
    }

    #[test]
    fn a_file_of_the_first_version_keeps_what_is_in_it() {
        let mut db = Connection::open_in_memory().expect("open");
        db.execute_batch(MIGRATIONS[0]).expect("as it was made then");
        db.execute_batch(
            "INSERT INTO project VALUES (7, 'shop', 'Shop', 0, '{}', 1, 1, x'', 0); \
             PRAGMA user_version = 1",
        )
        .expect("in use");
        assert_eq!(migrate(&mut db).expect("migrated"), SCHEMA_VERSION - 1);
        let kept: (i64, String) = db
            .query_row("SELECT id, slug FROM project", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("kept");
        assert_eq!(kept, (7, "shop".to_owned()));
        let made = "INSERT INTO revocation VALUES (7, 'user', 'ann', 1, 2)";
        assert_eq!(db.execute(made, []).expect("the new tables"), 1);
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut db = Connection::open_in_memory().expect("open");
        db.pragma_update(None, "user_version", SCHEMA_VERSION + 1).expect("set");
        assert!(matches!(migrate(&mut db), Err(ControlError::FromTheFuture { .. })));
    }
}

//! Brake on password guessing, per user name and per network, kept over restarts.
//!
//! An attempt counts as failed before the password is looked at and is forgiven when it was
//! right, so that many attempts at once gain nothing.

use model::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Control, ControlError, operators, random};

/// Failures without consequence, per user name and per network (offices share one).
const FREE_PER_USER: u32 = 5;
const FREE_PER_NETWORK: u32 = 20;
const FIRST_LOCK: Millis = 30_000;
const LONGEST_LOCK: Millis = 15 * 60_000;
const FORGET_AFTER: Millis = 24 * 3_600_000;
/// Rows kept. When more come, the ones longest silent are forgotten, those under lock last: a
/// flood of names must not free one.
const MAX_SUBJECTS: i64 = 10_000;

/// Leave to compare one password.
#[derive(Debug)]
pub struct LoginGate {
    user: [u8; 32],
    network: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    pub until: Millis,
}

impl Control {
    pub fn begin_login(
        &self,
        username: &str,
        ip_prefix: &str,
    ) -> Result<Result<LoginGate, Locked>, ControlError> {
        let now = self.now();
        let user = random::sha256(&format!("user\0{}", operators::canonical(username)));
        let network = random::sha256(&format!("network\0{ip_prefix}"));
        self.write(|tx| {
            let until = locked_until(tx, &user)?.max(locked_until(tx, &network)?);
            if until > now {
                return Ok(Err(Locked { until }));
            }
            count(tx, &user, FREE_PER_USER, now)?;
            count(tx, &network, FREE_PER_NETWORK, now)?;
            bound(tx, now)?;
            Ok(Ok(LoginGate { user, network }))
        })
    }

    /// The password was right: the user starts afresh; the network only gets this attempt back,
    /// or one known account would pay for guessing at all others.
    pub fn forgive_login(&self, gate: &LoginGate) -> Result<(), ControlError> {
        self.write(|tx| {
            tx.execute("DELETE FROM login_guard WHERE subject = ?", [gate.user])?;
            tx.execute(
                "UPDATE login_guard SET failures = max(failures - 1, 0), locked_until = 0 \
                 WHERE subject = ?",
                [gate.network],
            )?;
            Ok(())
        })
    }

    pub(super) fn sweep_logins(&self) -> Result<usize, ControlError> {
        let before = self.now() - FORGET_AFTER;
        self.write(|tx| Ok(tx.execute("DELETE FROM login_guard WHERE last_at < ?", [before])?))
    }
}

fn locked_until(db: &Connection, subject: &[u8; 32]) -> Result<Millis, ControlError> {
    let mut one = db.prepare_cached("SELECT locked_until FROM login_guard WHERE subject = ?")?;
    Ok(one.query_row([subject], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn count(db: &Connection, subject: &[u8; 32], free: u32, now: Millis) -> Result<(), ControlError> {
    let mut one =
        db.prepare_cached("SELECT failures, last_at FROM login_guard WHERE subject = ?")?;
    let found: Option<(u32, Millis)> =
        one.query_row([subject], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let earlier = found.filter(|(_, last)| now - last < FORGET_AFTER).map_or(0, |(n, _)| n);
    let failures = earlier.saturating_add(1);
    let locked_until = lock_for(failures, free).map_or(0, |ms| now + ms);
    db.prepare_cached("INSERT OR REPLACE INTO login_guard VALUES (?, ?, ?, ?)")?
        .execute(params![subject, failures, locked_until, now])?;
    Ok(())
}

/// Doubles with every failure past the free ones.
fn lock_for(failures: u32, free: u32) -> Option<Millis> {
    let over = failures.checked_sub(free)?;
    Some(FIRST_LOCK.saturating_mul(1 << over.min(20)).min(LONGEST_LOCK))
}

fn bound(db: &Connection, now: Millis) -> Result<(), ControlError> {
    let rows: i64 = db.query_row("SELECT count(*) FROM login_guard", [], |row| row.get(0))?;
    if rows > MAX_SUBJECTS {
        db.execute(
            "DELETE FROM login_guard WHERE subject IN \
             (SELECT subject FROM login_guard ORDER BY locked_until > ?1, last_at LIMIT ?2)",
            params![now, rows - MAX_SUBJECTS],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_a_quarter_of_an_hour() {
        assert_eq!(lock_for(4, 5), None);
        assert_eq!(lock_for(5, 5), Some(30_000));
        assert_eq!(lock_for(6, 5), Some(60_000));
        assert_eq!(lock_for(u32::MAX, 5), Some(LONGEST_LOCK));
    }

    #[test]
    fn a_flood_of_names_frees_nobody() {
        let mut db = Connection::open_in_memory().expect("open");
        super::super::migrations::migrate(&mut db).expect("migrate");
        let subject = |i: i64| random::sha256(&i.to_string());
        let victim = subject(-1);
        for _ in 0..FREE_PER_USER {
            count(&db, &victim, FREE_PER_USER, 1000).expect("count");
        }
        db.execute_batch("BEGIN").expect("one commit is faster");
        for i in 0..=MAX_SUBJECTS {
            count(&db, &subject(i), FREE_PER_USER, 2000).expect("count");
        }
        bound(&db, 2000).expect("bound");
        let rows: i64 =
            db.query_row("SELECT count(*) FROM login_guard", [], |row| row.get(0)).expect("count");
        assert_eq!(rows, MAX_SUBJECTS);
        assert!(locked_until(&db, &victim).expect("look") > 2000);
    }
}

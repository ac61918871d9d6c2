//! Last-used times wait in memory and are written in one transaction a minute: a key in constant
//! use must not cost a disk write per request.

use std::collections::HashMap;

use model::Millis;
use rusqlite::params;

use super::{Control, ControlError};

/// Bounded by the number of keys and sessions there are; unknown ids are written to no row.
#[derive(Default)]
pub(super) struct Touched {
    keys: HashMap<i64, Millis>,
    token_keys: HashMap<i64, Millis>,
    sessions: HashMap<i64, Millis>,
}

impl Touched {
    pub(super) fn session(&self, id: i64) -> Option<Millis> {
        self.sessions.get(&id).copied()
    }

    pub(super) fn token_key(&self, id: i64) -> Option<Millis> {
        self.token_keys.get(&id).copied()
    }

    pub(super) fn key(&self, id: i64) -> Option<Millis> {
        self.keys.get(&id).copied()
    }
}

impl Control {
    /// Notes that a key was used. Memory only; [`Control::flush_touched`] writes it down.
    pub fn touch_key(&self, id: i64) {
        let now = self.now();
        self.touched().keys.insert(id, now);
    }

    pub fn touch_token_key(&self, id: i64) {
        let now = self.now();
        self.touched().token_keys.insert(id, now);
    }

    pub(super) fn touch_session(&self, id: i64) {
        let now = self.now();
        self.touched().sessions.insert(id, now);
    }

    pub fn flush_touched(&self) -> Result<(), ControlError> {
        let Touched { keys, token_keys, sessions } = std::mem::take(&mut *self.touched());
        if keys.is_empty() && token_keys.is_empty() && sessions.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            let mut key =
                tx.prepare_cached("UPDATE api_key SET last_used_at = ?2 WHERE id = ?1")?;
            for (id, at) in keys {
                key.execute(params![id, at])?;
            }
            let mut token_key =
                tx.prepare_cached("UPDATE token_key SET last_used_at = ?2 WHERE id = ?1")?;
            for (id, at) in token_keys {
                token_key.execute(params![id, at])?;
            }
            let mut session = tx.prepare_cached("UPDATE session SET seen_at = ?2 WHERE id = ?1")?;
            for (id, at) in sessions {
                session.execute(params![id, at])?;
            }
            Ok(())
        })
    }
}

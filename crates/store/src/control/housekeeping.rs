use model::Millis;

use super::{Control, ControlError, SessionLimits};

/// What one round of housekeeping removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub sessions: usize,
    pub login_guards: usize,
    pub revocations: usize,
    pub audit_entries: i64,
}

impl Control {
    /// Writes last-used times down, forgets what has expired, applies the audit's retention.
    /// Meant for once a minute and for shutdown.
    pub fn housekeep(
        &self,
        sessions: SessionLimits,
        audit_keep_ms: Millis,
    ) -> Result<Swept, ControlError> {
        // First, or a session in use would look idle.
        self.flush_touched()?;
        Ok(Swept {
            sessions: self.sweep_sessions(sessions)?,
            login_guards: self.sweep_logins()?,
            revocations: self.sweep_revocations()?,
            audit_entries: self.purge_audit(self.now() - audit_keep_ms)?,
        })
    }
}

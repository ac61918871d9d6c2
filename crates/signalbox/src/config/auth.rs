use serde::{Deserialize, Serialize};

use super::check::Problems;
use super::section::section;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecureCookie {
    /// When a trusted proxy says that the visitor came over https.
    Auto,
    Always,
    Never,
}

section! {
    /// Operators' sessions and the audit trail.
    Auth {
        /// Hours after which an unused session ends.
        session_idle_hours: u32 = 12;
        /// Hours after which every session ends.
        session_max_hours: u32 = 168;
        /// When session cookies carry `Secure`: `auto` (a trusted proxy says that the visitor came
        /// over https), `always` or `never`.
        secure_cookie: SecureCookie = SecureCookie::Auto;
        /// Days that audit entries are kept.
        audit_days: u32 = 400;
    }
}

impl Auth {
    pub fn check(&self, problems: &mut Problems<'_>) {
        problems.range("session_idle_hours", self.session_idle_hours, 1..=8760);
        problems.range("session_max_hours", self.session_max_hours, 1..=8760);
        problems.range("audit_days", self.audit_days, 1..=3650);
    }
}

use serde::{Deserialize, Serialize};

use crate::identity::ChannelPattern;

/// Who may connect and what they may join. Pages come from [`super::Access::origins`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Realtime {
    /// Rooms that everybody connected may join: names, or prefixes such as `channel:news:*`.
    pub open_channels: Vec<String>,
    /// Connections without a token; they read open channels and nothing else.
    pub allow_anonymous: bool,
    /// Tokens that live longer than a quarter of an hour.
    pub allow_long_tokens: bool,
    /// How long a ticket is good for.
    pub ticket_minutes: u32,
    /// How long a connection outlives its token while a new one is fetched.
    pub reauth_grace_seconds: u32,
    /// Connections of one user at a time (JSON protocol).
    pub per_user_connections: u32,
    pub claims: Claims,
}

/// Which claims of the project's own tokens mean what; the first one present counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Claims {
    pub user_id: Vec<String>,
    pub roles: Vec<String>,
}

impl Default for Realtime {
    fn default() -> Self {
        Realtime {
            open_channels: Vec::new(),
            allow_anonymous: false,
            allow_long_tokens: false,
            ticket_minutes: 10,
            reauth_grace_seconds: 60,
            per_user_connections: 3,
            claims: Claims::default(),
        }
    }
}

impl Default for Claims {
    fn default() -> Self {
        let names = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Claims { user_id: names(&["sub", "uid", "id", "userId"]), roles: names(&["role", "roles"]) }
    }
}

impl Realtime {
    pub(super) fn validate(&self, check: &mut dyn FnMut(bool, &'static str, &str)) {
        let open = "realtime.openChannels";
        check(self.open_channels.len() <= 50, open, "50 at most");
        for pattern in self.open_channels.iter().take(50) {
            if let Err(problem) = ChannelPattern::parse(pattern) {
                let shown: String = pattern.chars().take(50).collect();
                check(false, open, &format!("{shown:?} {problem}"));
            }
        }
        for (value, range, field, problem) in [
            (self.ticket_minutes, 5..=15, "realtime.ticketMinutes", "must be 5 to 15"),
            (self.reauth_grace_seconds, 0..=600, "realtime.reauthGraceSeconds", "must be 0 to 600"),
            (
                self.per_user_connections,
                1..=1000,
                "realtime.perUserConnections",
                "must be 1 to 1000",
            ),
        ] {
            check(range.contains(&value), field, problem);
        }
        for (names, field) in [
            (&self.claims.user_id, "realtime.claims.userId"),
            (&self.claims.roles, "realtime.claims.roles"),
        ] {
            let fits = |name: &String| (1..=64).contains(&name.len());
            let ok = (1..=8).contains(&names.len()) && names.iter().all(fits);
            check(ok, field, "1 to 8 names of 1 to 64 bytes");
        }
    }
}

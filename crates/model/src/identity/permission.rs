use std::fmt;

crate::names! {
    /// What an identity may do besides joining rooms.
    Permission {
        ReadLogs = "logs:read",
        ReadDevices = "devices:read",
        /// Statistics of the server itself.
        ReadStatus = "status:read",
        /// Send events to others.
        Publish = "publish",
        /// List, disconnect and broadcast to all connections. Only operators have it.
        Control = "control",
    }
}

/// A set of [`Permission`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u8);

impl Permissions {
    pub const NONE: Permissions = Permissions(0);

    #[must_use]
    pub const fn with(self, permission: Permission) -> Permissions {
        Permissions(self.0 | 1 << permission as u8)
    }

    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |&p| self.contains(p))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(all: I) -> Self {
        all.into_iter().fold(Permissions::NONE, Permissions::with)
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::name)).finish()
    }
}

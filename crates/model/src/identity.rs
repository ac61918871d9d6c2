//! Who is at the other end of a live connection, and what that lets them do.

mod channel;
mod permission;
mod rooms;

use crate::{Millis, ProjectId, Role};

pub use channel::{ChannelError, ChannelPattern, channel_matches};
pub use permission::{Permission, Permissions};
pub use rooms::{MAX_ROOM_BYTES, RoomRefusal, check_room};

/// Longest id of a user or a device, in bytes.
pub const MAX_ID_BYTES: usize = 128;
pub const MAX_ROLES: usize = 16;
pub const MAX_ROLE_BYTES: usize = 64;
pub const MAX_CHANNELS: usize = 64;
pub const MAX_DEVICES: usize = 200;

/// Operators' user ids begin with this, and nobody else's may: an operator and a user of the
/// product who share a name must not share a room.
pub const OPERATOR_PREFIX: &str = "operator:";

/// Proven once, when a connection opens, and never changed; a new token makes a new one. Shared
/// behind an `Arc` by whoever needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub project: ProjectId,
    pub kind: IdentityKind,
    pub issuer: Issuer,
    /// `None`: nobody in particular (an anonymous page, a back end).
    pub user_id: Option<String>,
    pub roles: Vec<String>,
    /// Rooms this identity may join beyond those the project opens to everybody.
    pub channels: Vec<ChannelPattern>,
    pub devices: DeviceAccess,
    pub permissions: Permissions,
    /// What a revocation names.
    pub token_id: Option<String>,
    pub issued_at: Millis,
    /// `None`: for as long as the connection lasts.
    pub expires_at: Option<Millis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// Somebody who signs in to Signalbox.
    Operator { role: Role },
    /// Somebody who uses the product that is watched.
    User,
    /// A back end, by the id of its secret key.
    Machine { key: i64 },
}

/// Who vouches for an identity. When they no longer can, neither can it stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// An operator, for themselves.
    Operator(i64),
    /// A secret key that handed out a ticket.
    Key(i64),
    /// A token key of the project, which signed the token.
    TokenKey(i64),
    /// The project's setting that lets anonymous pages in.
    Project,
}

/// Who keeps their place when connections run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    Normal,
    Vip,
}

/// Whose logs and states may be seen, on top of the permission to see any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DeviceAccess {
    #[default]
    None,
    All,
    Only(Vec<String>),
}

impl DeviceAccess {
    pub fn allows(&self, device: &str) -> bool {
        match self {
            DeviceAccess::None => false,
            DeviceAccess::All => true,
            DeviceAccess::Only(list) => list.iter().any(|id| id == device),
        }
    }
}

impl Identity {
    /// A visitor of a page of a project that lets anonymous ones in.
    pub fn anonymous(project: ProjectId, now: Millis) -> Identity {
        Identity {
            project,
            kind: IdentityKind::User,
            issuer: Issuer::Project,
            user_id: None,
            roles: Vec::new(),
            channels: Vec::new(),
            devices: DeviceAccess::None,
            permissions: Permissions::NONE,
            token_id: None,
            issued_at: now,
            expires_at: None,
        }
    }

    pub fn tier(&self) -> Tier {
        let operator = matches!(self.kind, IdentityKind::Operator { .. });
        if operator || self.has_role("admin") { Tier::Vip } else { Tier::Normal }
    }

    /// Whether a newer token says the same of who somebody is.
    pub fn is_same_as(&self, other: &Identity) -> bool {
        self.project == other.project
            && self.kind == other.kind
            && self.user_id == other.user_id
            && self.roles == other.roles
    }

    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Both the permission to read logs and the device must be theirs.
    pub fn may_read_logs_of(&self, device: &str) -> bool {
        self.may(Permission::ReadLogs) && self.devices.allows(device)
    }

    pub fn may_see_device(&self, device: &str) -> bool {
        self.may(Permission::ReadDevices) && self.devices.allows(device)
    }
}

/// Whether `id` can name a user or a device: it becomes part of a room's name.
pub fn is_id(id: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len()) && !id.chars().any(char::is_control)
}

/// The same for a role.
pub fn is_role(role: &str) -> bool {
    (1..=MAX_ROLE_BYTES).contains(&role.len()) && !role.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;

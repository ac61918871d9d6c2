use model::Scope;
use model::identity::{
    ChannelPattern, DeviceAccess, MAX_CHANNELS, MAX_DEVICES, MAX_ROLES, Permission, Permissions,
    is_id, is_role,
};

/// What a token gives to a user besides their name. Lists are as their senders wrote them until
/// they are read here, within limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    pub roles: Vec<String>,
    pub channels: Vec<ChannelPattern>,
    pub devices: DeviceAccess,
    pub permissions: Permissions,
}

/// A list that cannot be accepted, by the name of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantError {
    pub field: &'static str,
    pub problem: String,
}

impl Grants {
    pub fn with_roles(self, mut roles: Vec<String>) -> Result<Grants, GrantError> {
        if roles.len() > MAX_ROLES || !roles.iter().all(|role| is_role(role)) {
            return Err(error("roles", "16 at most, of 1 to 64 bytes"));
        }
        roles.sort_unstable();
        roles.dedup();
        Ok(Grants { roles, ..self })
    }

    pub fn with_channels(self, channels: &[String]) -> Result<Grants, GrantError> {
        if channels.len() > MAX_CHANNELS {
            return Err(error("channels", "64 at most"));
        }
        let parse = |text: &String| {
            let parsed = ChannelPattern::parse(text);
            parsed.map_err(|problem| error("channels", format!("{text:?} {problem}")))
        };
        let channels = channels.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Grants { channels, ..self })
    }

    /// `*` stands for all devices of the project.
    pub fn with_devices(self, devices: Vec<String>) -> Result<Grants, GrantError> {
        if devices.len() > MAX_DEVICES || !devices.iter().all(|id| is_id(id)) {
            return Err(error("devices", "200 at most, of 1 to 128 bytes"));
        }
        let devices = match devices.as_slice() {
            [] => DeviceAccess::None,
            list if list.iter().any(|id| id == "*") => DeviceAccess::All,
            _ => DeviceAccess::Only(devices),
        };
        Ok(Grants { devices, ..self })
    }

    pub fn with_permissions(self, names: &[String]) -> Result<Grants, GrantError> {
        let parse = |name: &String| {
            let grantable = Permission::parse(name).filter(|&p| p != Permission::Control);
            let known = "one of logs:read, devices:read, status:read and publish";
            grantable.ok_or_else(|| error("permissions", known))
        };
        let permissions = names.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Grants { permissions, ..self })
    }
}

/// What a secret key must be allowed before it can pass a permission on.
pub fn scope_behind(permission: Permission) -> Option<Scope> {
    match permission {
        Permission::ReadLogs | Permission::ReadDevices | Permission::ReadStatus => {
            Some(Scope::QueryRead)
        }
        Permission::Publish => Some(Scope::RealtimePublish),
        Permission::Control => None,
    }
}

fn error(field: &'static str, problem: impl Into<String>) -> GrantError {
    GrantError { field, problem: problem.into() }
}

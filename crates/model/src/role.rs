use serde::{Deserialize, Serialize};

/// What an operator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads the projects it is a member of.
    Viewer,
    /// Changes the projects it is a member of.
    Operator,
    /// Everything, everywhere.
    Admin,
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Admin => "admin",
        }
    }

    pub fn parse(name: &str) -> Role {
        match name {
            "admin" => Role::Admin,
            "operator" => Role::Operator,
            // An unreadable role grants least.
            _ => Role::Viewer,
        }
    }
}

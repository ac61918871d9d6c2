//! The control plane: projects, keys, operators, sessions and the audit trail, in `control.db`.
//!
//! Everything that changes something takes an [`Actor`] and writes its audit entry in the same
//! transaction: there is no change without a name on it. Ingest never touches the file; it reads
//! the [`Directory`], a snapshot that is swapped whole after each change.

mod audit;
mod bootstrap;
mod crypt;
mod db;
mod directory;
mod error;
mod guard;
mod housekeeping;
mod keys;
mod meta;
mod migrations;
mod operators;
mod password;
mod projects;
mod random;
mod realtime;
mod redact;
mod sessions;
mod settings;
mod touched;

pub use audit::{Actor, AuditEntry, AuditQuery, Change};
pub use bootstrap::OneTimePassword;
pub use crypt::MasterKey;
pub use db::Control;
pub use directory::Directory;
pub use error::{ControlError, FieldProblem};
pub use guard::{Locked, LoginGate};
pub use housekeeping::Swept;
pub use keys::{IssuedKey, KeyInfo, NewKey};
pub use migrations::SCHEMA_VERSION;
pub use operators::{NewOperator, OperatorChange, OperatorInfo, Role};
pub use password::PasswordHash;
pub use projects::{NewProject, ProjectChange, ProjectInfo};
pub use realtime::{
    IssuedTokenKey, LONGEST_TOKEN_MS, MAX_TOKEN_MS, NewRevocation, NewTokenKey, Revocation,
    Revoked, TICKET_KEY_ID, TokenAlgorithm, TokenKey, TokenKeyInfo, TokenMaterial,
};
pub use sessions::{SessionInfo, SessionLimits, SessionToken, csrf_token};
pub use settings::VersionedSettings;

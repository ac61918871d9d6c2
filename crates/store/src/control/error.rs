/// Why the control plane did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("control database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("control database holds unreadable JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a stored secret cannot be decrypted: wrong master key, or a damaged row")]
    Sealed,
    #[error("control database has schema version {found}, this build knows {known}")]
    FromTheFuture { found: i64, known: i64 },
    #[error("no such {0}")]
    NotFound(&'static str),
    #[error("invalid {}", .0.iter().map(|p| p.field.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldProblem>),
    #[error("{0}")]
    Conflict(String),
    /// Somebody else changed the document since it was read.
    #[error("the document is at version {current} by now")]
    Stale { current: i64 },
    #[error("password hashing failed: {0}")]
    Hashing(String),
}

/// One field that cannot be accepted, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: String,
    pub problem: String,
}

impl ControlError {
    pub(super) fn invalid(field: &str, problem: impl Into<String>) -> ControlError {
        let problem = FieldProblem { field: field.to_owned(), problem: problem.into() };
        ControlError::Invalid(vec![problem])
    }
}

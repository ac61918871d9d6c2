/// Why a question got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The question itself: `field` is its path, as in `where[0].op`.
    #[error("{field}: {problem}")]
    Invalid { field: String, problem: String },
    #[error("the query took too long; narrow the time range or the filters")]
    Timeout,
    #[error("too many queries are running; try again in a moment")]
    Busy,
    #[error("the query needs more memory than it may use; narrow the range or group by less")]
    Memory,
    /// The engine failed. The text is for the log, not for the caller.
    #[error("the warehouse failed: {0}")]
    Engine(String),
}

impl QueryError {
    pub(crate) fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        QueryError::Invalid { field: field.into(), problem: problem.into() }
    }
}

impl From<duckdb::Error> for QueryError {
    fn from(error: duckdb::Error) -> Self {
        let text = error.to_string();
        if text.contains("Out of Memory Error") {
            QueryError::Memory
        } else if text.contains("INTERRUPT") {
            QueryError::Timeout
        } else {
            QueryError::Engine(text)
        }
    }
}

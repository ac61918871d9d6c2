use std::path::PathBuf;

/// Why a measurement could not be taken. The message is all a reader needs.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error("{path} is missing: cargo build --release -p signalbox")]
    NoBinary { path: PathBuf },
    #[error("{what} did not become ready in time")]
    NotReady { what: &'static str },
    #[error("{what} answered {status}: {body}")]
    Answer { what: String, status: u16, body: String },
    #[error("{what}: {problem}")]
    Failed { what: &'static str, problem: String },
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Http(#[from] Box<ureq::Error>),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Warehouse(#[from] store::WarehouseError),
    #[error(transparent)]
    Query(#[from] store::query::QueryError),
}

impl From<ureq::Error> for BenchError {
    fn from(error: ureq::Error) -> Self {
        BenchError::Http(Box::new(error))
    }
}

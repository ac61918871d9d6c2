use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: std::io::Error },
    #[error(
        "the warehouse was written by a newer version (schema {found}, this one knows {known})"
    )]
    TooNew { found: i64, known: i64 },
    #[error("the warehouse failed: {0}")]
    Engine(#[from] duckdb::Error),
}

//! The HTTP face: the only crate that knows axum.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use crate::Problem;

/// The dashboard's files.
pub async fn serve(_: Request) -> Response {
    Problem::not_found("page").into_response()
}

use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::Json;

#[derive(Debug, Serialize, ToSchema)]
pub struct Pong {
    ok: bool,
}

/// Whether anybody is there
#[utoipa::path(get, path = "/api/ping", tag = "system", responses((status = 200, body = Pong)))]
pub async fn ping() -> Json<Pong> {
    Json(Pong { ok: true })
}

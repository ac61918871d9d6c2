use axum::http::header;
use axum::response::{IntoResponse, Response};
use realtime::native::schemas;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Problem;
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;

#[derive(Debug, Serialize, ToSchema)]
pub struct SchemaList {
    schemas: Vec<SchemaLink>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SchemaLink {
    #[schema(example = "order-update.schema.json")]
    name: &'static str,
    url: String,
}

/// JSON Schemas of what travels on `/ws`
#[utoipa::path(get, path = "/api/realtime/schemas", tag = "realtime",
    operation_id = "list_realtime_schemas", responses((status = 200, body = SchemaList)))]
pub async fn list() -> Json<SchemaList> {
    let link =
        |&(name, _): &(_, _)| SchemaLink { name, url: format!("/api/realtime/schemas/{name}") };
    Json(SchemaList { schemas: schemas::all().iter().map(link).collect() })
}

/// One JSON Schema (draft-07)
#[utoipa::path(get, path = "/api/realtime/schemas/{name}", tag = "realtime",
    operation_id = "get_realtime_schema", params(("name" = String, Path)),
    responses((status = 200, body = serde_json::Value, content_type = "application/schema+json"),
    (status = 404, body = ProblemBody)))]
pub async fn get(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = schemas::all().iter().find(|(known, _)| *known == name);
    let (_, text) = found.ok_or_else(|| Problem::not_found("schema"))?;
    Ok(([(header::CONTENT_TYPE, "application/schema+json")], *text).into_response())
}

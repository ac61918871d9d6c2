use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use model::{KeyKind, Millis, Scope};
use serde::{Deserialize, Serialize};
use store::control::{IssuedKey, KeyInfo, NewKey};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{range, schemas};
use crate::auth::{Inspect, ProjectAccess, Write};
use crate::extract::{Json, Path, from_json};
use crate::problem::ProblemBody;
use crate::{App, Problem};

/// How long a rotated key stays in force unless the caller says otherwise.
const DEFAULT_GRACE_S: u32 = 3600;
const LONGEST_GRACE_S: u32 = 30 * 24 * 3600;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(rotate))
        .routes(routes!(revoke))
}

#[derive(Serialize, ToSchema)]
struct Keys {
    items: Vec<Key>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Key {
    id: i64,
    name: String,
    #[schema(value_type = schemas::KeyKind)]
    kind: KeyKind,
    #[schema(value_type = Vec<schemas::Scope>)]
    scopes: Vec<Scope>,
    /// Narrower than the project's when not empty.
    origins: Vec<String>,
    env: Option<String>,
    /// A public key whole; of others the last four.
    #[schema(example = "sbs_…ab12")]
    display: String,
    /// Of signing keys: what a signature names.
    key_id: Option<String>,
    created_at: Millis,
    expires_at: Option<Millis>,
    revoked_at: Option<Millis>,
    last_used_at: Option<Millis>,
    /// Only in the answer that made it; nobody can look it up again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// All keys of a project, also those no longer in force, newest first.
#[utoipa::path(get, path = "/api/projects/{project}/keys", tag = "keys",
    operation_id = "list_keys", params(("project" = String, Path)), security(("session" = [])),
    responses((status = 200, body = Keys)))]
async fn list(
    access: ProjectAccess<Inspect>,
    State(app): State<App>,
) -> Result<Json<Keys>, Problem> {
    let keys = app.control.keys(access.project.id)?;
    Ok(Json(Keys { items: keys.into_iter().map(|key| shown(key, None)).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewKey)]
struct Create {
    name: String,
    #[schema(value_type = schemas::KeyKind)]
    kind: KeyKind,
    /// Without: both kinds of ingest. `query:read` is for secret keys only.
    #[schema(value_type = Option<Vec<schemas::Scope>>)]
    scopes: Option<Vec<Scope>>,
    #[serde(default)]
    origins: Vec<String>,
    /// Binds the key to one environment of the project.
    env: Option<String>,
    /// Milliseconds or ISO 8601.
    #[schema(value_type = Option<String>)]
    expires_at: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Millis(Millis),
    Text(String),
}

/// Make a key. The answer is the only place its secret is ever shown.
#[utoipa::path(post, path = "/api/projects/{project}/keys", tag = "keys",
    operation_id = "create_key", params(("project" = String, Path)), request_body = Create,
    security(("session" = [], "csrf" = [])),
    responses((status = 201, body = Key), (status = 422, body = ProblemBody)))]
async fn create(
    access: ProjectAccess<Write>,
    State(app): State<App>,
    Json(new): Json<Create>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    let expires_at = match &new.expires_at {
        Some(Moment::Text(text)) => range::moment("expiresAt", Some(text), app.clock.now())?,
        Some(Moment::Millis(at)) => Some(*at),
        None => None,
    };
    let Create { name, kind, scopes, origins, env, .. } = new;
    let new = NewKey { name, kind, scopes, origins, env, expires_at };
    let (actor, id) = (access.actor, access.project.id);
    let issued = app.control(move |c| c.create_key(&actor, id, new)).await?;
    Ok((StatusCode::CREATED, Json(issued_key(issued))))
}

#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Rotation {
    /// How long the old key stays in force; an hour by default, 0 revokes it at once.
    #[schema(maximum = 2_592_000)]
    grace_seconds: Option<u32>,
}

/// Replace a key by a new one with the same rights.
#[utoipa::path(post, path = "/api/projects/{project}/keys/{id}/rotate", tag = "keys",
    operation_id = "rotate_key", params(("project" = String, Path), ("id" = i64, Path)),
    request_body = Option<Rotation>, security(("session" = [], "csrf" = [])), responses(
    (status = 201, body = Key), (status = 404, body = ProblemBody),
    (status = 409, description = "no longer in force", body = ProblemBody)))]
async fn rotate(
    access: ProjectAccess<Write>,
    path: Path<(String, i64)>,
    State(app): State<App>,
    body: Bytes,
) -> Result<(StatusCode, Json<Key>), Problem> {
    let rotation = if body.is_empty() { Rotation::default() } else { from_json(&body)? };
    let grace = rotation.grace_seconds.unwrap_or(DEFAULT_GRACE_S);
    if grace > LONGEST_GRACE_S {
        return Err(Problem::invalid("graceSeconds", "30 days at most"));
    }
    let Path((_, key)) = path;
    let (actor, id) = (access.actor, access.project.id);
    let grace = Millis::from(grace) * 1000;
    let issued = app.control(move |c| c.rotate_key(&actor, id, key, grace)).await?;
    Ok((StatusCode::CREATED, Json(issued_key(issued))))
}

/// Take a key out of force, at once and for good.
#[utoipa::path(delete, path = "/api/projects/{project}/keys/{id}", tag = "keys",
    operation_id = "revoke_key", params(("project" = String, Path), ("id" = i64, Path)),
    security(("session" = [], "csrf" = [])),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn revoke(
    access: ProjectAccess<Write>,
    path: Path<(String, i64)>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let Path((_, key)) = path;
    let (actor, id) = (access.actor, access.project.id);
    app.control(move |c| c.revoke_key(&actor, id, key)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn issued_key(issued: IssuedKey) -> Key {
    shown(issued.info, Some(issued.secret))
}

fn shown(key: KeyInfo, secret: Option<String>) -> Key {
    Key {
        id: key.id,
        name: key.name,
        kind: key.kind,
        scopes: key.scopes,
        origins: key.origins,
        env: key.env,
        display: key.display,
        key_id: key.key_id,
        created_at: key.created_at,
        expires_at: key.expires_at,
        revoked_at: key.revoked_at,
        last_used_at: key.last_used_at,
        secret,
    }
}

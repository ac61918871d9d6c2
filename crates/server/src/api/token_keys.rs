//! Keys that a project signs its own users' tokens with.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use model::{Millis, Project};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::control::{NewTokenKey, TokenAlgorithm, TokenKeyInfo, TokenMaterial};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::schemas;
use crate::auth::Admin;
use crate::extract::{Json, Path};
use crate::live::read_public_key;
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list, create)).routes(routes!(revoke))
}

#[derive(Serialize, ToSchema)]
struct TokenKeys {
    items: Vec<TokenKey>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TokenKey {
    id: i64,
    /// What the header of a token names.
    kid: String,
    name: String,
    #[schema(value_type = schemas::TokenAlgorithm)]
    algorithm: TokenAlgorithm,
    created_at: Millis,
    revoked_at: Option<Millis>,
    last_used_at: Option<Millis>,
    /// Only in the answer that made it, and only if it was made here: the HS256 secret, to be
    /// used as the text it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// All token keys of a project, also revoked ones, newest first.
#[utoipa::path(get, path = "/api/projects/{project}/token-keys", tag = "keys",
    operation_id = "list_token_keys", params(("project" = String, Path)),
    security(("session" = [])), responses((status = 200, body = TokenKeys)))]
async fn list(
    _: Admin,
    Path(slug): Path<String>,
    State(app): State<App>,
) -> Result<Json<TokenKeys>, Problem> {
    let keys = app.control.token_keys(project_of(&app, &slug)?.id)?;
    Ok(Json(TokenKeys { items: keys.into_iter().map(|key| shown(key, None)).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewTokenKey)]
struct Create {
    name: String,
    #[schema(value_type = schemas::TokenAlgorithm)]
    algorithm: String,
    /// Without: one is made up.
    kid: Option<String>,
    /// HS256: 32 bytes at least, used as the text it is. Without: one is made and shown once.
    secret: Option<String>,
    /// RS256 and EdDSA: PEM, or a JSON web key.
    public_key: Option<Value>,
}

/// Add a key. A secret that is made here is shown in the answer and never again.
#[utoipa::path(post, path = "/api/projects/{project}/token-keys", tag = "keys",
    operation_id = "create_token_key", params(("project" = String, Path)), request_body = Create,
    security(("session" = [], "csrf" = [])), responses((status = 201, body = TokenKey),
    (status = 409, description = "the id is taken", body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create(
    by: Admin,
    Path(slug): Path<String>,
    State(app): State<App>,
    Json(new): Json<Create>,
) -> Result<(StatusCode, Json<TokenKey>), Problem> {
    let project = project_of(&app, &slug)?.id;
    let material = material(&new)?;
    let new = NewTokenKey { name: new.name, kid: new.kid, material };
    let issued = app.control(move |c| c.create_token_key(&by.actor, project, new)).await?;
    Ok((StatusCode::CREATED, Json(shown(issued.info, issued.secret))))
}

/// Take a key out of force, at once and for good, and with it every token it signed.
#[utoipa::path(delete, path = "/api/projects/{project}/token-keys/{id}", tag = "keys",
    operation_id = "revoke_token_key", params(("project" = String, Path), ("id" = i64, Path)),
    security(("session" = [], "csrf" = [])),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn revoke(
    by: Admin,
    Path((slug, key)): Path<(String, i64)>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let project = project_of(&app, &slug)?.id;
    app.control(move |c| c.revoke_token_key(&by.actor, project, key)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn project_of(app: &App, slug: &str) -> Result<Arc<Project>, Problem> {
    app.control.directory().by_slug(slug).ok_or_else(|| Problem::not_found("project"))
}

/// `None`: a secret is to be made.
fn material(new: &Create) -> Result<Option<TokenMaterial>, Problem> {
    let algorithm = TokenAlgorithm::parse(&new.algorithm)
        .ok_or_else(|| Problem::invalid("algorithm", "must be HS256, RS256 or EdDSA"))?;
    let secret = new.secret.as_ref().map(|text| TokenMaterial::Hs256(text.clone().into_bytes()));
    match (algorithm, &new.public_key) {
        (TokenAlgorithm::Hs256, None) => Ok(secret),
        (TokenAlgorithm::Hs256, Some(_)) => {
            Err(Problem::invalid("publicKey", "HS256 has a secret instead"))
        }
        _ if secret.is_some() => Err(Problem::invalid("secret", "is for HS256 only")),
        (_, None) => Err(Problem::invalid("publicKey", "is required")),
        (_, Some(key)) => {
            let key = read_public_key(key).map_err(|why| Problem::invalid("publicKey", why))?;
            if key.algorithm() == algorithm {
                return Ok(Some(key));
            }
            let named = format!("is a key for {}", key.algorithm().name());
            Err(Problem::invalid("publicKey", named))
        }
    }
}

fn shown(key: TokenKeyInfo, secret: Option<String>) -> TokenKey {
    let TokenKeyInfo { id, kid, name, algorithm, created_at, revoked_at, last_used_at } = key;
    TokenKey { id, kid, name, algorithm, created_at, revoked_at, last_used_at, secret }
}

//! Tokens of live connections that are taken back before they expire.

use axum::extract::State;
use axum::http::StatusCode;
use model::Millis;
use serde::{Deserialize, Serialize};
use store::control::NewRevocation;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{ProjectAccess, Revoke};
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(revoke))
}

/// One of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RevocationRequest {
    /// Every token of this user that was issued until now.
    user_id: Option<String>,
    /// The token with this `jti`.
    token_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Revocation {
    since: Millis,
    /// When every token it covers has expired by itself.
    expires_at: Millis,
}

/// Take tokens back. Connections that were opened with them end at once.
#[utoipa::path(post, path = "/api/projects/{project}/realtime/revocations", tag = "realtime",
    operation_id = "revoke_tokens", params(("project" = String, Path)),
    request_body = RevocationRequest,
    security(("session" = [], "csrf" = []), ("secretKey" = [])),
    responses((status = 201, body = Revocation), (status = 422, body = ProblemBody),
    (status = 409, description = "too many at once", body = ProblemBody)))]
async fn revoke(
    access: ProjectAccess<Revoke>,
    State(app): State<App>,
    Json(wish): Json<RevocationRequest>,
) -> Result<(StatusCode, Json<Revocation>), Problem> {
    let ProjectAccess { project, actor, .. } = access;
    let (what, shown) = match (wish.user_id, wish.token_id) {
        // The trail names the pseudonym, as it does everywhere.
        (Some(user), None) => {
            let shown = pipeline::user_pseudonym(&project, &user);
            (NewRevocation::User(user), shown)
        }
        (None, Some(token)) => (NewRevocation::Token(token.clone()), token),
        _ => return Err(Problem::invalid("userId", "either userId or tokenId")),
    };
    let id = project.id;
    let told = app.control(move |c| c.revoke_tokens(&actor, id, &what, &shown)).await?;
    let revocation = Revocation { since: told.since, expires_at: told.expires_at };
    Ok((StatusCode::CREATED, Json(revocation)))
}

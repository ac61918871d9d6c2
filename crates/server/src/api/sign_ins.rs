use axum::extract::State;
use axum::http::StatusCode;
use model::Millis;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Operator;
use crate::auth::Session;
use crate::extract::{Json, Path};
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(end))
}

#[derive(Serialize, ToSchema)]
struct SignIns {
    items: Vec<SignIn>,
}

/// A browser one is signed in with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignIn {
    id: i64,
    /// The one that asks.
    current: bool,
    ip_prefix: String,
    user_agent: String,
    created_at: Millis,
    last_seen_at: Millis,
    expires_at: Millis,
}

/// One's own sessions, newest first.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "auth", operation_id = "list_sign_ins",
    security(("session" = [])), responses((status = 200, body = SignIns)))]
async fn list(session: Session, State(app): State<App>) -> Result<Json<SignIns>, Problem> {
    let all = app.control.sessions(session.operator.id, app.options.session)?;
    let items = all.into_iter().map(|s| SignIn {
        id: s.id,
        current: s.id == session.info.id,
        ip_prefix: s.ip_prefix,
        user_agent: s.user_agent,
        created_at: s.created_at,
        last_seen_at: s.seen_at,
        expires_at: s.expires_at,
    });
    Ok(Json(SignIns { items: items.collect() }))
}

/// End one of one's own sessions, as after losing a laptop.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "auth",
    operation_id = "end_sign_in", params(("id" = i64, Path)),
    security(("session" = [], "csrf" = [])),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn end(
    Operator { operator, actor }: Operator,
    Path(id): Path<i64>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    app.control(move |c| c.end_session(&actor, operator.id, id, "auth.end_session")).await?;
    Ok(StatusCode::NO_CONTENT)
}

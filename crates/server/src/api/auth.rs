use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Millis;
use serde::{Deserialize, Serialize};
use store::control::{
    Actor, Change, Control, ControlError, OperatorInfo, PasswordHash, Role, SessionInfo,
    SessionLimits, SessionToken, csrf_token,
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::schemas;
use crate::auth::{Session, actor, clear_cookie, session_cookie};
use crate::client_ip::Client;
use crate::extract::Json;
use crate::problem::ProblemBody;
use crate::{App, Problem};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(me))
        .routes(routes!(change_password))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    password: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    operator: MeOperator,
    /// Goes into `X-CSRF-Token` with everything but GET.
    csrf_token: String,
    /// Moves on while the session is used.
    expires_at: Millis,
    projects: Vec<MeProject>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MeOperator {
    id: i64,
    username: String,
    #[schema(value_type = schemas::Role)]
    role: Role,
    /// Nothing else works until it is changed.
    must_change_password: bool,
}

#[derive(Serialize, ToSchema)]
struct MeProject {
    slug: String,
    name: String,
    demo: bool,
}

/// Sign in. Sets the session cookie.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = Login, responses(
    (status = 200, body = Me),
    (status = 401, description = "invalid_credentials", body = ProblemBody),
    (status = 429, description = "locked; see Retry-After", body = ProblemBody)))]
async fn login(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<Response, Problem> {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
    let agent = agent.unwrap_or_default().to_owned();
    let limits = app.options.session;
    let by = actor("anonymous", client);
    let attempt = app.hashing(move |control| attempt(control, by, &login, &agent, limits)).await?;
    let (token, session, operator) = match attempt {
        Attempt::Right(granted) => *granted,
        Attempt::Wrong => {
            let detail = "user name or password is wrong";
            let code = "invalid_credentials";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, code, detail));
        }
        Attempt::Locked { until } => {
            let seconds = (until - app.clock.now() + 999) / 1000;
            return Err(locked(seconds));
        }
    };
    let cookie = session_cookie(&app, client, token.reveal()).map(|c| (header::SET_COOKIE, c));
    let me = describe(&app, &operator, &session, csrf_token(token.reveal()))?;
    Ok(([cookie.ok_or_else(|| Problem::internal("cookie"))?], Json(me)).into_response())
}

enum Attempt {
    Right(Box<(SessionToken, SessionInfo, OperatorInfo)>),
    Wrong,
    Locked { until: Millis },
}

fn attempt(
    control: &Control,
    by: Actor,
    login: &Login,
    agent: &str,
    limits: SessionLimits,
) -> Result<Attempt, ControlError> {
    let gate = match control.begin_login(&login.username, &by.ip_prefix)? {
        Ok(gate) => gate,
        Err(locked) => return Ok(Attempt::Locked { until: locked.until }),
    };
    let (operator, hash) = control.credentials(&login.username)?;
    let right = hash.matches(&login.password);
    let Some(operator) = operator.clone().filter(|_| right) else {
        // An unknown name is not written down: it may be a password in the wrong box.
        let name = operator.map_or_else(|| "?".to_owned(), |o| o.username);
        let target = format!("operator:{name}");
        let failed = Change { action: "auth.login_failed", target, ..Change::default() };
        control.audit(&by, failed)?;
        return Ok(Attempt::Wrong);
    };
    control.forgive_login(&gate)?;
    let by = Actor { name: operator.username.clone(), ..by };
    let (token, session) = control.start_session(&by, operator.id, agent, limits)?;
    Ok(Attempt::Right(Box::new((token, session, operator))))
}

/// Sign out. Removes the session and its cookie.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", security(("session" = [], "csrf" = [])),
    responses((status = 204)))]
async fn logout(
    session: Session,
    State(app): State<App>,
    Extension(client): Extension<Client>,
) -> Result<Response, Problem> {
    let Session { info, actor, .. } = session;
    app.control(move |c| c.end_session(&actor, info.operator, info.id, "auth.logout")).await?;
    let cookie = clear_cookie(&app, client).map(|c| (header::SET_COOKIE, c));
    let cookie = cookie.ok_or_else(|| Problem::internal("cookie"))?;
    Ok((StatusCode::NO_CONTENT, [cookie]).into_response())
}

/// Who is signed in, and what they may see.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", security(("session" = [])),
    responses((status = 200, body = Me), (status = 401, body = ProblemBody)))]
async fn me(session: Session, State(app): State<App>) -> Result<Json<Me>, Problem> {
    describe(&app, &session.operator, &session.info, session.csrf).map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: String,
    #[schema(min_length = 10, max_length = 256)]
    next: String,
}

/// Change one's own password. Ends one's other sessions.
#[utoipa::path(post, path = "/api/auth/password", tag = "auth", request_body = PasswordChange,
    security(("session" = [], "csrf" = [])), responses(
    (status = 204), (status = 422, body = ProblemBody),
    (status = 429, description = "locked; see Retry-After", body = ProblemBody)))]
async fn change_password(
    session: Session,
    State(app): State<App>,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let now = app.clock.now();
    app.hashing(move |control| {
        let Session { operator, actor, info, .. } = session;
        // A stolen session must not become a place to guess the password.
        let gate = match control.begin_login(&operator.username, &actor.ip_prefix)? {
            Ok(gate) => gate,
            Err(until) => return Ok(Err(locked((until.until - now + 999) / 1000))),
        };
        let (_, hash) = control.credentials(&operator.username)?;
        if !hash.matches(&change.current) {
            return Ok(Err(Problem::invalid("current", "is not the current password")));
        }
        control.forgive_login(&gate)?;
        if change.next == change.current {
            return Ok(Err(Problem::invalid("next", "must differ from the current password")));
        }
        let next = match PasswordHash::of(&change.next, &operator.username) {
            Err(ControlError::Invalid(problems)) => {
                let why = problems.into_iter().next().map(|p| p.problem);
                return Ok(Err(Problem::invalid("next", why.unwrap_or_default())));
            }
            hashed => hashed?,
        };
        control.set_password(&actor, operator.id, &next, false, Some(info.id))?;
        Ok(Ok(StatusCode::NO_CONTENT))
    })
    .await?
}

fn locked(seconds: Millis) -> Problem {
    let detail = "too many wrong passwords; try again later";
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "locked", detail);
    problem.retry_after(u32::try_from(seconds).unwrap_or(1))
}

fn describe(
    app: &App,
    operator: &OperatorInfo,
    session: &SessionInfo,
    csrf_token: String,
) -> Result<Me, Problem> {
    let projects = app.control.projects()?.into_iter().filter(|p| operator.may_read(p.id));
    Ok(Me {
        operator: MeOperator {
            id: operator.id,
            username: operator.username.clone(),
            role: operator.role,
            must_change_password: operator.must_change_password,
        },
        csrf_token,
        expires_at: session.expires_at,
        projects: projects
            .map(|p| MeProject { slug: p.slug, name: p.name, demo: p.demo })
            .collect(),
    })
}

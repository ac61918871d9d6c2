use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use store::control::{Actor, OperatorInfo, Role, SessionInfo, csrf_token};

use crate::auth::{actor, cookie};
use crate::client_ip::Client;
use crate::{App, Problem};

/// Somebody is signed in, even if all they may do yet is change a one-time password.
pub struct Session {
    pub info: SessionInfo,
    pub operator: OperatorInfo,
    pub csrf: String,
    pub actor: Actor,
}

/// Signed in and free to act.
pub struct Operator {
    pub operator: OperatorInfo,
    pub actor: Actor,
}

/// An [`Operator`] who may do everything.
pub struct Admin {
    pub actor: Actor,
}

impl FromRequestParts<App> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = cookie::token(&parts.headers).ok_or_else(sign_in)?;
        let found = app.control.session(token, app.options.session)?;
        let (info, operator) = found.ok_or_else(sign_in)?;
        let csrf = csrf_token(token);
        // A cookie travels by itself; the header proves that our page sent it.
        if !parts.method.is_safe() && !carries(&parts.headers, &csrf) {
            return Err(Problem::csrf());
        }
        let actor = actor(&operator.username, Client::of(parts));
        Ok(Session { info, operator, csrf, actor })
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Session { operator, actor, .. } = Session::from_request_parts(parts, app).await?;
        if operator.must_change_password {
            let detail = "change the one-time password first";
            return Err(Problem::new(StatusCode::FORBIDDEN, "password_change_required", detail));
        }
        Ok(Operator { operator, actor })
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Operator { operator, actor } = Operator::from_request_parts(parts, app).await?;
        if operator.role != Role::Admin {
            return Err(Problem::forbidden("only an admin may do this"));
        }
        Ok(Admin { actor })
    }
}

fn sign_in() -> Problem {
    Problem::unauthenticated("sign in first")
}

/// Compared without a shortcut: how long it takes tells nothing about how much was right.
fn carries(headers: &HeaderMap, csrf: &str) -> bool {
    let sent = headers.get("x-csrf-token").map(axum::http::HeaderValue::as_bytes);
    sent.is_some_and(|sent| {
        let differing = sent.iter().zip(csrf.as_bytes()).fold(0, |acc, (a, b)| acc | (a ^ b));
        sent.len() == csrf.len() && differing == 0
    })
}

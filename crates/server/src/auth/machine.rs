use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use model::{KeyKind, Project, ProjectKey, Scope};

use crate::{App, Problem};

/// The holder of a secret key of one project.
pub struct Machine {
    pub project: Arc<Project>,
    pub key: Arc<ProjectKey>,
}

impl Machine {
    /// `None` without `Authorization: Bearer …`: then a session may do.
    pub fn of(parts: &Parts, app: &App) -> Option<Result<Machine, Problem>> {
        let text = bearer(&parts.headers)?;
        let found = app.control.directory().by_key(text);
        let (project, key) = match found {
            Some((project, key))
                if key.kind == KeyKind::Secret && !key.expired(app.clock.now()) =>
            {
                (project, key)
            }
            _ => return Some(Err(Problem::unauthenticated("not a secret key in force"))),
        };
        app.control.touch_key(key.id);
        Some(Ok(Machine { project, key }))
    }

    pub fn must(&self, scope: Scope) -> Result<(), Problem> {
        if self.key.allows(scope) {
            return Ok(());
        }
        Err(Problem::forbidden(format!("the key lacks the scope {}", scope.name())))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

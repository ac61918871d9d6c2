use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::{Project, Scope};
use store::control::Actor;

use crate::auth::actor;
use crate::auth::machine::Machine;
use crate::client_ip::Client;
use crate::{App, Problem};

/// A back end with a secret key of scope `realtime:publish`, which speaks in its own project.
pub struct Publishing {
    pub project: Arc<Project>,
    pub actor: Actor,
}

impl FromRequestParts<App> for Publishing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let machine = Machine::of(parts, app)
            .ok_or_else(|| Problem::unauthenticated("this takes a secret key"))??;
        machine.must(Scope::RealtimePublish)?;
        let actor = actor(format!("key:{}", machine.key.id), Client::of(parts));
        Ok(Publishing { project: machine.project, actor })
    }
}

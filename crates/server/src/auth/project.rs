use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use model::{Project, Scope};
use store::control::{Actor, OperatorInfo};

use crate::auth::machine::Machine;
use crate::auth::{Operator, actor};
use crate::client_ip::Client;
use crate::{App, Problem};

/// The project named by `{project}` in the path, for somebody who may do `L` with it. To anybody
/// else it does not exist: whether a slug is taken is nobody's business.
pub struct ProjectAccess<L> {
    pub project: Arc<Project>,
    pub actor: Actor,
    level: PhantomData<L>,
}

/// Its data: members, and machines with a secret key of scope `query:read`.
pub struct Read;
/// Its settings and keys: members.
pub struct Inspect;
/// Changing it: members who are more than viewers.
pub struct Write;
/// Taking tokens back: those who may change it, and machines that may hand tickets out.
pub struct Revoke;
/// Speaking in its rooms: those who may change it, and machines that may publish.
pub struct Publish;

pub trait Level {
    /// The scope with which a secret key will do; without one, none does.
    const MACHINES: Option<Scope>;
    /// Whether viewers are left out.
    const CHANGES: bool;
}

impl Level for Read {
    const MACHINES: Option<Scope> = Some(Scope::QueryRead);
    const CHANGES: bool = false;
}

impl Level for Inspect {
    const MACHINES: Option<Scope> = None;
    const CHANGES: bool = false;
}

impl Level for Write {
    const MACHINES: Option<Scope> = None;
    const CHANGES: bool = true;
}

impl Level for Revoke {
    const MACHINES: Option<Scope> = Some(Scope::RealtimeTickets);
    const CHANGES: bool = true;
}

impl Level for Publish {
    const MACHINES: Option<Scope> = Some(Scope::RealtimePublish);
    const CHANGES: bool = true;
}

impl<L: Level> FromRequestParts<App> for ProjectAccess<L> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| no_project())?;
        let slug = params.iter().find(|(name, _)| *name == "project").map(|(_, value)| value);
        let slug = slug.ok_or_else(no_project)?;
        match Machine::of(parts, app) {
            Some(machine) => by_key(machine?, slug, Client::of(parts)),
            None => {
                let Operator { operator, actor } = Operator::from_request_parts(parts, app).await?;
                by_operator(app, &operator, actor, slug)
            }
        }
    }
}

fn by_operator<L: Level>(
    app: &App,
    operator: &OperatorInfo,
    actor: Actor,
    slug: &str,
) -> Result<ProjectAccess<L>, Problem> {
    let project = app.control.directory().by_slug(slug).ok_or_else(no_project)?;
    if !operator.may_read(project.id) {
        return Err(no_project());
    }
    if L::CHANGES && !operator.may_write(project.id) {
        return Err(Problem::forbidden("viewers may not change the project"));
    }
    Ok(ProjectAccess { project, actor, level: PhantomData })
}

fn by_key<L: Level>(
    machine: Machine,
    slug: &str,
    client: Client,
) -> Result<ProjectAccess<L>, Problem> {
    if machine.project.slug != slug {
        return Err(no_project());
    }
    let Some(scope) = L::MACHINES else {
        return Err(Problem::forbidden("this takes an operator, not a key"));
    };
    machine.must(scope)?;
    let Machine { project, key } = machine;
    let actor = actor(format!("key:{}", key.id), client);
    Ok(ProjectAccess { project, actor, level: PhantomData })
}

fn no_project() -> Problem {
    Problem::not_found("project")
}

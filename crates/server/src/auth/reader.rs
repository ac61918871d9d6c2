use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::{ProjectId, Scope};

use crate::auth::Operator;
use crate::auth::machine::Machine;
use crate::{App, Problem};

/// Whoever may read something: which projects, the handler asks row by row.
pub enum Reader {
    Operator(Operator),
    Machine(ProjectId),
}

impl Reader {
    pub fn may_read(&self, project: ProjectId) -> bool {
        match self {
            // Admins may read every project, also the one that is none.
            Reader::Operator(Operator { operator, .. }) => operator.may_read(project),
            Reader::Machine(own) => *own == project,
        }
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match Machine::of(parts, app) {
            Some(machine) => {
                let machine = machine?;
                machine.must(Scope::QueryRead)?;
                Ok(Reader::Machine(machine.project.id))
            }
            None => Operator::from_request_parts(parts, app).await.map(Reader::Operator),
        }
    }
}

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::Scope;
use store::control::OperatorInfo;

use crate::auth::Operator;
use crate::auth::machine::Machine;
use crate::{App, Problem};

/// Whoever may ask for a ticket: somebody signed in, for themselves, or a back end with a secret
/// key of scope `realtime:tickets`, for its users.
pub enum Ticketing {
    Operator(OperatorInfo),
    Machine(Machine),
}

impl FromRequestParts<App> for Ticketing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match Machine::of(parts, app) {
            Some(machine) => {
                let machine = machine?;
                machine.must(Scope::RealtimeTickets)?;
                Ok(Ticketing::Machine(machine))
            }
            None => {
                let by = Operator::from_request_parts(parts, app).await?;
                Ok(Ticketing::Operator(by.operator))
            }
        }
    }
}

use model::Millis;
use model::origin::check_origin;

use super::NewKey;
use crate::control::{ControlError, projects};

pub(super) fn check(
    new: &NewKey,
    environments: &[String],
    now: Millis,
) -> Result<(), ControlError> {
    projects::check_name(&new.name)?;
    if let Some(scopes) = &new.scopes {
        if scopes.is_empty() {
            return Err(ControlError::invalid("scopes", "at least one"));
        }
        if let Some(scope) = scopes.iter().find(|scope| !scope.fits(new.kind)) {
            let problem = format!("only secret keys may have {}", scope.name());
            return Err(ControlError::invalid("scopes", problem));
        }
    }
    if new.origins.len() > 50 {
        return Err(ControlError::invalid("origins", "50 at most"));
    }
    for origin in &new.origins {
        let problem = if origin.len() > 256 { Err("is too long") } else { check_origin(origin) };
        problem.map_err(|p| ControlError::invalid("origins", format!("{origin:?} {p}")))?;
    }
    if new.env.as_ref().is_some_and(|env| !environments.contains(env)) {
        return Err(ControlError::invalid("env", "not an environment of the project"));
    }
    if new.expires_at.is_some_and(|at| at <= now) {
        return Err(ControlError::invalid("expiresAt", "must be in the future"));
    }
    Ok(())
}

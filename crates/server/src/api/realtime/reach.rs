use std::sync::Arc;

use model::Project;
use store::control::{OperatorInfo, Role};

use crate::{App, Problem};

/// The project that an operator asks about; `None` is all of them, for admins. Whoever reads one
/// only need not name it.
pub fn asked(
    app: &App,
    operator: &OperatorInfo,
    slug: Option<&str>,
) -> Result<Option<Arc<Project>>, Problem> {
    let directory = app.control.directory();
    let Some(slug) = slug.filter(|slug| !slug.is_empty()) else {
        return match operator.projects[..] {
            _ if operator.role == Role::Admin => Ok(None),
            [only] => Ok(directory.project(only)),
            _ => Err(Problem::invalid("project", "is required")),
        };
    };
    let project = directory.by_slug(slug).filter(|project| operator.may_read(project.id));
    project.map(Some).ok_or_else(|| Problem::not_found("project"))
}

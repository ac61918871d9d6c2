use crate::decode::fields::Problem;
use crate::decode::{Fields, Obj};
use crate::scene::Scene;

/// Fields of the wrong type refuse the item, like those of a log.
pub(super) fn item<'a, 's>(scene: &'s Scene<'_>, raw: &'a str) -> Result<Fields<'a, 's>, Problem> {
    let obj: Obj<'a> = scene.object(raw)?;
    Ok(Fields::new(obj, &scene.project.settings.limits, true))
}

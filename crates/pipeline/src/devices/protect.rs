use model::Reason;

use crate::decode::Fields;
use crate::decode::fields::Problem;
use crate::scene::Scene;

/// A heartbeat that may be kept: its words are scrubbed, and the id points at nobody.
pub(super) struct Protected<'a, 's> {
    pub fields: Fields<'a, 's>,
    pub device: String,
}

pub(super) fn item<'a, 's>(
    scene: &Scene<'_>,
    mut fields: Fields<'a, 's>,
) -> Result<Protected<'a, 's>, Problem> {
    let device = fields.short(&["deviceId", "device"]);
    fields.check()?;
    if device.is_empty() {
        return Err(Problem::at(Reason::Schema, "deviceId", "is missing"));
    }
    scene.scrub.object(&mut fields.obj);
    Ok(Protected { fields, device: scene.id(device) })
}

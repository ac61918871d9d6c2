use super::Shared;
use crate::decode::{Fields, Obj};
use crate::scene::Scene;

/// A line that may be kept: every string is scrubbed but the ids, which left before.
pub(super) struct Protected<'a, 's> {
    pub fields: Fields<'a, 's>,
    pub device: String,
    pub id: String,
}

pub(super) fn item<'a, 's>(
    scene: &'s Scene<'_>,
    shared: &Shared<'_>,
    obj: Obj<'a>,
) -> Protected<'a, 's> {
    let mut fields = Fields::new(obj, &scene.project.settings.limits, true);
    let id = scene.id(fields.short(&["id", "eventId"]));
    let mut device = fields.short(&["deviceId", "device"]);
    if device.is_empty() {
        device.clone_from(&shared.device);
    }
    scene.scrub.object(&mut fields.obj);
    Protected { fields, device: scene.id(device), id }
}

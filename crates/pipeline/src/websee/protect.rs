use super::decode::{Decoded, Type};
use crate::decode::{Fields, Json};
use crate::scene::Scene;
use crate::telemetry;

/// A report that may be kept: ids are as the project keeps them, every other string is scrubbed,
/// breadcrumbs and bodies included.
pub(super) struct Protected<'a, 's> {
    pub kind: Type,
    pub fields: Fields<'a, 's>,
    pub user: String,
    pub role: String,
    pub session: String,
    pub visitor: String,
    pub page_id: String,
    pub event_id: String,
    pub recording_id: String,
    pub recording: Option<Json<'a>>,
}

pub(super) fn item<'a, 's>(scene: &'s Scene<'_>, decoded: Decoded<'a>) -> Protected<'a, 's> {
    let Decoded { kind, mut obj } = decoded;
    obj.take("apikey");
    obj.take("apiKey");
    let recording = (kind == Type::RecordScreen).then(|| obj.take("events")).flatten();
    let own = telemetry::user(&mut obj);
    let mut fields = Fields::new(obj, &scene.project.settings.limits, false);
    let page_id = fields.short(&["uuid"]);
    let mut session = fields.short(&["sessionId"]);
    if session.is_empty() {
        // The SDK has no sessions: a page load is the nearest thing it knows.
        session.clone_from(&page_id);
    }
    let visitor = fields.short(&["visitorId"]);
    let event_id = fields.short(&["eventId"]);
    let recording_id = fields.short(&["recordScreenId"]);
    scene.scrub.object(&mut fields.obj);
    let kind = match kind {
        Type::Logged(mut name) => {
            scene.scrub.text(&mut name);
            Type::Logged(name)
        }
        known => known,
    };
    Protected {
        kind,
        fields,
        user: scene.user(&own.id),
        role: scene.role(own.role),
        session: scene.personal_id(session),
        visitor: scene.personal_id(visitor),
        page_id: scene.id(page_id),
        event_id: scene.id(event_id),
        recording_id: scene.id(recording_id),
        recording,
    }
}

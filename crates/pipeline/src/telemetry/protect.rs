use model::Reason;

use super::decode::{Decoded, Shared, Word, user};
use crate::decode::fields::Problem;
use crate::decode::{Fields, Json, Obj};
use crate::scene::Scene;

/// An item that may be kept: ids are as the project keeps them, every other string is scrubbed.
pub(super) struct Protected<'a, 's> {
    pub word: Word,
    pub fields: Fields<'a, 's>,
    pub who: Who,
    pub event_id: String,
    pub recording_id: String,
    /// rrweb events have a protection of their own.
    pub recording: Option<Json<'a>>,
}

#[derive(Debug, Default)]
pub(super) struct Who {
    pub user: String,
    pub role: String,
    pub session: String,
    pub visitor: String,
    pub page_id: String,
}

pub(super) fn item<'a, 's>(
    scene: &'s Scene<'_>,
    shared: &Shared<'_>,
    decoded: Decoded<'a>,
) -> Result<Protected<'a, 's>, Problem> {
    let Decoded { mut word, mut obj } = decoded;
    word = convert(word, &mut obj);
    allowed(scene, word, &obj)?;
    let recording = (word == Word::Recording).then(|| obj.take("events")).flatten();
    let own = user(&mut obj);
    let mut fields = Fields::new(obj, &scene.project.settings.limits, true);
    // Ids leave the object before it is scrubbed: a digit run in a session id is no phone number.
    let or = |own: String, shared: &String| if own.is_empty() { shared.clone() } else { own };
    let who = Who {
        user: scene.user(if own.id.is_empty() { &shared.user } else { &own.id }),
        role: scene.role(or(own.role, &shared.role)),
        session: scene.personal_id(or(fields.short(&["sessionId"]), &shared.session)),
        visitor: scene.personal_id(or(fields.short(&["visitorId"]), &shared.visitor)),
        page_id: scene.id(or(fields.short(&["pageId"]), &shared.page_id)),
    };
    let event_id = scene.id(fields.short(&["eventId", "id"]));
    let recording_id = scene.id(fields.short(&["recordingId", "recordScreenId"]));
    scene.scrub.object(&mut fields.obj);
    keep_allowed_props(&scene.project.settings.privacy.allowed_fields, &mut fields.obj);
    Ok(Protected { word, fields, who, event_id, recording_id, recording })
}

/// Custom events that are something else by another name.
fn convert(word: Word, obj: &mut Obj<'_>) -> Word {
    if word != Word::Event {
        return word;
    }
    match obj.get("name").and_then(Json::as_str) {
        Some("api_call") => {
            obj.take("name");
            lift(obj);
            Word::Api
        }
        Some("page.stay") => {
            obj.take("name");
            lift(obj);
            // The end of a visit, not another one.
            let stay = Obj(vec![("stay".into(), Json::Bool(true))]);
            obj.0.push(("props".into(), Json::Obj(stay)));
            Word::Page
        }
        Some("page_view") => {
            obj.take("name");
            lift(obj);
            Word::Page
        }
        _ => word,
    }
}

/// Moves properties to where the canonical form has them.
fn lift(obj: &mut Obj<'_>) {
    let Some(Json::Obj(props)) = obj.take("props") else { return };
    for (key, value) in props.0 {
        if obj.get(&key).is_none() {
            obj.0.push((key, value));
        }
    }
}

fn allowed(scene: &Scene<'_>, word: Word, obj: &Obj<'_>) -> Result<(), Problem> {
    let list = &scene.project.settings.privacy.allowed_events;
    if list.is_empty() || word != Word::Event {
        return Ok(());
    }
    let name = obj.get("name").and_then(Json::as_str).unwrap_or_default();
    if list.iter().any(|allowed| allowed == name) {
        return Ok(());
    }
    Err(Problem::at(Reason::EventNotAllowed, "name", "is not on the project's list of events"))
}

fn keep_allowed_props(list: &[String], obj: &mut Obj<'_>) {
    if let Some(Json::Obj(props)) = obj.get_mut("props").filter(|_| !list.is_empty()) {
        props.0.retain(|(key, _)| list.iter().any(|name| name == key));
    }
}

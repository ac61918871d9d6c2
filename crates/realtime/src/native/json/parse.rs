//! The envelope of a client's message: everything but the payload.

use model::Millis;
use serde_json::Value;
use uuid::Uuid;

use super::actions;
use super::client::{ClientMessage, Mode};
use super::kinds::Kind;
use crate::native::read::{Field, Fields, Problems, check_shape};
use crate::native::refusal::shown;
use crate::native::{ErrorCode, Problem, Refusal};

/// Reads one text message. Fields that are not known are ignored.
pub fn parse(text: &[u8], mode: Mode) -> Result<ClientMessage, Refusal> {
    check_shape(text)?;
    let value: Value = serde_json::from_slice(text).map_err(|_| Refusal::unparsable())?;
    let Value::Object(map) = value else {
        return Err(Refusal::invalid(vec![Problem::new("", "must be an object")]));
    };
    let fields = Fields::of(&map);
    // Also an id that is no UUID: it is what the client will look for.
    read(&fields, mode).map_err(|refusal| refusal.for_request(fields.field("id").repeatable()))
}

fn read(fields: &Fields<'_>, mode: Mode) -> Result<ClientMessage, Refusal> {
    let mut problems = Problems::default();
    let name = problems.take(fields.field("action").required().string(0..=usize::MAX));
    let reader = match name {
        None => None,
        Some(name) => Some(actions::reader(name).ok_or_else(|| unknown_action(name))?),
    };
    let id = read_id(fields, mode, &mut problems);
    let sent_at = read_timestamp(fields, mode, &mut problems);
    read_type(fields, mode, &mut problems);
    let payload = match problems.take(fields.field("payload").object()) {
        Some(payload) => payload,
        None if fields.has("payload") => return problems.finish(None),
        None => Fields::absent("payload"),
    };
    let action = reader.and_then(|read| read(&payload, &mut problems));
    let message = || Some(ClientMessage { id: id?, sent_at: sent_at?, action: action? });
    problems.finish(message())
}

fn unknown_action(name: &str) -> Refusal {
    Refusal::new(ErrorCode::UnknownAction, format!("Unknown action: {}", shown(name)))
}

fn in_mode(field: Field<'_>, mode: Mode) -> Field<'_> {
    if mode == Mode::Strict { field.required() } else { field }
}

fn read_id(fields: &Fields<'_>, mode: Mode, problems: &mut Problems) -> Option<String> {
    let field = in_mode(fields.field("id"), mode);
    let id = match field.string(0..=usize::MAX) {
        Ok(Some(id)) if !is_uuid(id) => Err(field.problem("must be a UUID")),
        other => other,
    };
    match mode {
        Mode::Lenient { id, .. } if !fields.has("id") => Some(id.to_string()),
        _ => problems.take(id).map(str::to_owned),
    }
}

/// `Uuid` reads more spellings than the `uuid` format of JSON Schema has.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

fn read_timestamp(fields: &Fields<'_>, mode: Mode, problems: &mut Problems) -> Option<Millis> {
    let number = problems.take(in_mode(fields.field("timestamp"), mode).number());
    match mode {
        Mode::Lenient { now, .. } if !fields.has("timestamp") => Some(now),
        // Fractions are cut, and what no clock shows becomes the nearest that fits.
        _ => number.map(|number| number as Millis),
    }
}

/// The type of a request says nothing that its action does not, but it must be a known one.
fn read_type(fields: &Fields<'_>, mode: Mode, problems: &mut Problems) {
    let field = in_mode(fields.field("type"), mode);
    if let Some(name) = problems.take(field.string(0..=usize::MAX))
        && Kind::from_client(name).is_none()
    {
        problems.unknown_type(field.path(), name);
    }
}

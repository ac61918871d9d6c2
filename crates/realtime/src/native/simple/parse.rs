use std::collections::BTreeMap;

use model::Millis;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::client::{Action, ClientMessage};
use crate::native::limits::{MAX_ID, MAX_NAME, MAX_THROTTLE_MS, MAX_TOKEN};
use crate::native::read::{Field, Fields, Problems, check_shape};
use crate::native::{Position, Problem, Refusal, Secret};

/// The fields of a message, still as text: what is only sent back is never taken apart.
type Raw<'a> = BTreeMap<String, &'a RawValue>;

/// Reads one text message. Fields that are not known are ignored.
pub fn parse(text: &[u8]) -> Result<ClientMessage<'_>, Refusal> {
    check_shape(text)?;
    let raw: Raw<'_> = serde_json::from_slice(text).map_err(|_| not_an_object(text))?;
    let mut head = Map::new();
    for name in ["type", "ts", "requestId"] {
        if let Some(value) = value(&raw, name)? {
            head.insert(name.to_owned(), value);
        }
    }
    let head = Fields::of(&head);
    read(&head, &raw).map_err(|refusal| refusal.for_request(head.field("requestId").repeatable()))
}

fn not_an_object(text: &[u8]) -> Refusal {
    // Valid as a whole, an object still fails here by a name that is no text (`"\ud800"`).
    match serde_json::from_slice::<&RawValue>(text) {
        Ok(other) if !other.get().starts_with('{') => {
            Refusal::invalid(vec![Problem::new("", "must be an object")])
        }
        _ => Refusal::unparsable(),
    }
}

fn value(raw: &Raw<'_>, name: &str) -> Result<Option<Value>, Refusal> {
    let parsed = raw.get(name).map(|text| serde_json::from_str(text.get())).transpose();
    parsed.map_err(|_| Refusal::unparsable())
}

fn read<'a>(head: &Fields<'_>, raw: &Raw<'a>) -> Result<ClientMessage<'a>, Refusal> {
    let mut problems = Problems::default();
    let name = problems.take(head.field("type").required().string(1..=MAX_NAME));
    let request_id = match head.field("requestId") {
        field if name == Some("ack") => field.required(),
        field => field,
    };
    let request_id = problems.take(request_id.string(1..=MAX_ID)).map(str::to_owned);
    let ts = problems.take(head.field("ts").number()).map(|number| number as Millis);
    let action = match name {
        None => None,
        Some("ping") => Some(Action::Ping),
        Some("ack") => Some(Action::Ack),
        Some("echo") => Some(Action::Echo { data: raw.get("data").copied() }),
        Some(name) => match reader(name) {
            None => Some(Action::Unknown { name: name.to_owned() }),
            Some(read) => {
                let data = value(raw, "data")?;
                let data = Field::at("data", data.as_ref()).required();
                problems.take(data.object()).and_then(|data| read(&data, &mut problems))
            }
        },
    };
    problems.finish(action.map(|action| ClientMessage { request_id, ts, action }))
}

/// Reads `data`. `None` goes with a problem that was noted.
type Reader = fn(&Fields<'_>, &mut Problems) -> Option<Action<'static>>;

fn reader(name: &str) -> Option<Reader> {
    match name {
        "subscribe" => Some(subscribe),
        "unsubscribe" => Some(unsubscribe),
        "auth" => Some(auth),
        _ => None,
    }
}

fn subscribe(data: &Fields<'_>, problems: &mut Problems) -> Option<Action<'static>> {
    let channels = read_channels(data, problems);
    let since = Position::read(data.field("since"), problems);
    let throttle = problems.take(data.field("throttleMs").integer(0..=MAX_THROTTLE_MS));
    let throttle_ms = throttle.and_then(|ms| u32::try_from(ms).ok());
    Some(Action::Subscribe { channels: channels?, since, throttle_ms })
}

fn unsubscribe(data: &Fields<'_>, problems: &mut Problems) -> Option<Action<'static>> {
    Some(Action::Unsubscribe { channels: read_channels(data, problems)? })
}

fn auth(data: &Fields<'_>, problems: &mut Problems) -> Option<Action<'static>> {
    let token = problems.take(data.field("token").required().string(1..=MAX_TOKEN))?;
    Some(Action::Auth { token: Secret::new(token) })
}

/// `channels`, or the one `channel` of the first clients.
fn read_channels(data: &Fields<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    let several = problems.take(data.field("channels").names(1));
    let one = match data.field("channel") {
        field if data.has("channels") => field,
        field => field.required(),
    };
    let one = problems.take(one.string(1..=MAX_NAME)).map(str::to_owned);
    let all: Vec<_> = several.into_iter().flatten().chain(one).collect();
    (!all.is_empty()).then_some(all)
}

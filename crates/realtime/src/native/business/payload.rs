use model::Millis;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::{BusinessEvent, role_room, user_room};
use crate::native::limits::MAX_NAME;
use crate::native::read::{Fields, Problems, check_shape};
use crate::native::{ErrorCode, Problem, Refusal};

const MAX_BYTES: usize = 64 << 10;
const MAX_STATUS: usize = 64;

/// A business event that is fit to be pushed.
#[derive(Debug, Clone)]
pub struct Normalised {
    pub event: BusinessEvent,
    /// An object, with `ts`.
    pub data: Box<RawValue>,
    /// Who hears it. Empty for a notice: who publishes it says for whom it is.
    pub rooms: Vec<String>,
}

/// Checks a payload, and adds the time where it does not say one. Fields that are not known stay:
/// they are between the publisher and its pages.
pub fn normalise(event: BusinessEvent, payload: &[u8], now: Millis) -> Result<Normalised, Refusal> {
    if payload.len() > MAX_BYTES {
        let message = format!("Payload is larger than {MAX_BYTES} bytes");
        return Err(Refusal::new(ErrorCode::PayloadTooLarge, message));
    }
    check_shape(payload)?;
    let value: Value = serde_json::from_slice(payload).map_err(|_| Refusal::unparsable())?;
    let Value::Object(mut map) = value else {
        return Err(Refusal::invalid(vec![Problem::new("", "must be an object")]));
    };
    let rooms = read(event, &map)?;
    map.entry("ts").or_insert_with(|| now.into());
    let data = to_raw_value(&map).expect("a JSON value");
    Ok(Normalised { event, data, rooms })
}

fn read(event: BusinessEvent, map: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let fields = Fields::of(map);
    let mut problems = Problems::default();
    problems.take(fields.field("ts").number());
    let rooms = match event {
        BusinessEvent::OrderUpdate => {
            state(&fields, &mut problems);
            let user = problems.take(fields.field("userId").required().id(1..=MAX_NAME));
            user.map(|user| vec![user_room(&user), role_room("admin")])
        }
        BusinessEvent::ReservationUpdate => {
            state(&fields, &mut problems);
            problems.take(fields.field("updatedBy").id(1..=MAX_NAME));
            Some(vec![role_room("admin")])
        }
        BusinessEvent::NoticeNew => Some(Vec::new()),
        BusinessEvent::OrdersRefresh => Some(vec!["channel:orders".to_owned()]),
    };
    problems.finish(rooms)
}

/// What orders and reservations share.
fn state(fields: &Fields<'_>, problems: &mut Problems) {
    problems.take(fields.field("id").required().id(1..=MAX_NAME));
    problems.take(fields.field("status").required().string(1..=MAX_STATUS));
}

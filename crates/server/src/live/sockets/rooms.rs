use std::sync::Arc;

use model::identity::Identity;
use realtime::socketio::{Event, Refusal};
use serde::{Deserialize, Serialize};

use crate::live::Live;

/// Rooms in one request.
const AT_ONCE: usize = 50;

/// `"orders"` or `["orders", "stock"]`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    One(String),
    Many(Vec<String>),
}

#[derive(Serialize)]
struct Joined<'a> {
    ok: bool,
    joined: Vec<&'a str>,
    refused: Vec<Refused<'a>>,
}

#[derive(Serialize)]
struct Refused<'a> {
    room: &'a str,
    code: &'static str,
    message: String,
}

fn asked(event: &Event) -> Result<Vec<String>, Refusal> {
    let rooms = match event.get::<Asked>(0) {
        Ok(Asked::One(room)) => vec![room],
        Ok(Asked::Many(rooms)) => rooms,
        Err(_) => return Err(invalid("rooms: a name or a list of names")),
    };
    if rooms.is_empty() || rooms.len() > AT_ONCE {
        return Err(invalid("rooms: 1 to 50 names"));
    }
    Ok(rooms)
}

fn invalid(message: &str) -> Refusal {
    Refusal::coded("INVALID_MESSAGE", message)
}

pub fn join(live: &Live, event: &Event) {
    let rooms = match asked(event) {
        Ok(rooms) => rooms,
        Err(refusal) => return event.refuse(&refusal),
    };
    let Some(identity) = event.socket.get::<Arc<Identity>>() else { return };
    let project = live.project(&identity);
    let open = project.as_ref().map(|project| &project.settings.realtime.open_channels[..]);
    let (mut joined, mut refused) = (Vec::new(), Vec::new());
    for room in &rooms {
        let allowed = identity.may_join(room, open.unwrap_or_default());
        match allowed {
            Ok(()) if event.socket.join(room) => joined.push(room.as_str()),
            Ok(()) => refused.push(Refused {
                room,
                code: "RATE_LIMITED",
                message: "too many rooms".to_owned(),
            }),
            Err(error) => {
                refused.push(Refused { room, code: "FORBIDDEN", message: error.to_string() });
            }
        }
    }
    tracing::info!(
        socket = event.socket.id(),
        joined = joined.len(),
        refused = refused.len(),
        "join"
    );
    if event.ack.is_none() {
        let told = refused.first().map(|first| {
            Refusal::coded(first.code, format!("{}: {}", shown(first.room), first.message))
        });
        if let Some(refusal) = told {
            event.refuse(&refusal);
        }
        return;
    }
    let _ = event.reply(&Joined { ok: refused.is_empty(), joined, refused });
}

/// Rooms that the identity is in by itself are not left.
pub fn leave(event: &Event) {
    let rooms = match asked(event) {
        Ok(rooms) => rooms,
        Err(refusal) => return event.refuse(&refusal),
    };
    let identity = event.socket.get::<Arc<Identity>>();
    let own: Vec<String> = identity.iter().flat_map(|identity| identity.own_rooms()).collect();
    let mine = |room: &&String| !own.contains(room);
    let left = rooms.iter().filter(mine).filter(|room| event.socket.leave(room)).count();
    let _ = event.reply(serde_json::json!({ "ok": true, "left": left }));
}

fn shown(room: &str) -> &str {
    &room[..room.floor_char_boundary(100)]
}

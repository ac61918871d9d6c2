//! What Socket.IO clients can do.

use std::time::Duration;

use realtime::socketio::{Broadcast, EmitError, Event, Refusal, SocketIo};
use serde::Deserialize;
use serde_json::json;

use crate::people::{Guest, People};

const LONGEST_NAME: usize = 32;
const LONGEST_TEXT: usize = 500;
const REMEMBERED: Duration = Duration::from_secs(120);

/// The room of the hub, which plain WebSockets subscribe to under this name.
pub fn channel(room: &str) -> String {
    format!("chat:{room}")
}

pub fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=LONGEST_NAME).contains(&length) && !name.chars().any(char::is_control)
}

pub fn say(to: Broadcast, name: &str, text: &str) -> Result<(), EmitError> {
    let text: String = text.chars().take(LONGEST_TEXT).collect();
    to.emit("chat:said", json!({ "name": name, "text": text }))
}

/// Not worth waiting for: whoever is behind does not have to know.
pub fn typing(to: Broadcast, name: &str) -> Result<(), EmitError> {
    to.volatile().emit("chat:typing", json!({ "name": name }))
}

pub fn open(io: &SocketIo, people: &People) {
    let chat = io.of("/");
    // What was said meanwhile is remembered: for sockets, and for `since` on `/ws`.
    chat.recover(REMEMBERED);
    let here = people.clone();
    chat.on_connect(move |socket| {
        // Back in its room without having asked: only the list has forgotten it.
        if let (true, Some(guest)) = (socket.recovered(), socket.get::<Guest>()) {
            here.enter(socket.id(), guest);
        }
        async {}
    });
    let here = people.clone();
    chat.on("enter", move |event| enter(event, here.clone()));
    let here = people.clone();
    chat.on("say", move |event| {
        let guest = here.get(event.socket.id());
        async move {
            if let (Some(guest), Ok(text)) = (guest, event.get::<String>(0)) {
                let _ = say(event.socket.everybody().to(&channel(&guest.room)), &guest.name, &text);
            }
        }
    });
    let here = people.clone();
    chat.on("typing", move |event| {
        let guest = here.get(event.socket.id());
        async move {
            if let Some(guest) = guest {
                let _ = typing(event.socket.to(&channel(&guest.room)), &guest.name);
            }
        }
    });
    let here = people.clone();
    chat.on("who", move |event| {
        let guest = here.get(event.socket.id());
        let names = guest.map(|guest| here.names(&guest.room)).unwrap_or_default();
        async move {
            let _ = event.reply(names);
        }
    });
    let here = people.clone();
    chat.on_disconnect(move |socket, _reason| {
        let left = here.leave(socket.id());
        async move {
            if let Some(Guest { room, name }) = left {
                let _ = socket.to(&channel(&room)).emit("chat:left", json!({ "name": name }));
            }
        }
    });
}

#[derive(Deserialize)]
struct Entering {
    room: String,
    name: String,
}

/// Into one room, out of the one before. The answer is who is there.
async fn enter(event: Event, people: People) {
    let asked = event.get::<Entering>(0).ok();
    let Some(Entering { room, name }) = asked.filter(|e| is_name(&e.room) && is_name(&e.name))
    else {
        let refusal = "a room and a name have 1 to 32 characters";
        return event.refuse(&Refusal::coded("INVALID_MESSAGE", refusal));
    };
    let guest = Guest { room: room.clone(), name: name.clone() };
    event.socket.insert(guest.clone());
    if let Some(before) = people.enter(event.socket.id(), guest) {
        event.socket.leave(&channel(&before.room));
        let gone = json!({ "name": before.name });
        let _ = event.socket.to(&channel(&before.room)).emit("chat:left", gone);
    }
    event.socket.join(&channel(&room));
    let _ = event.socket.to(&channel(&room)).emit("chat:entered", json!({ "name": name }));
    let _ = event.reply(people.names(&room));
}

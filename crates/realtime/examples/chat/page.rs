//! What the page asks for. It has no Socket.IO client, so it speaks by plain requests.

use http::{Method, StatusCode};
use realtime::answer::{Answer, answer, empty, json};
use realtime::handshake::query_value;
use realtime::socketio::{EmitError, SocketIo};

use crate::people::People;
use crate::room::{self, channel, is_name};
use crate::support::Request;

const PAGE: &str = include_str!("page.html");

pub fn page() -> Answer {
    answer(StatusCode::OK, "text/html; charset=utf-8", PAGE)
}

pub fn say(io: &SocketIo, request: &Request) -> Answer {
    let Some(text) = value(request, "text") else { return empty(StatusCode::BAD_REQUEST) };
    spoken(request, |room, name| room::say(io.in_namespace("/").to(&channel(room)), name, &text))
}

pub fn typing(io: &SocketIo, request: &Request) -> Answer {
    spoken(request, |room, name| room::typing(io.in_namespace("/").to(&channel(room)), name))
}

pub fn who(people: &People, request: &Request) -> Answer {
    let names = people.names(&value(request, "room").unwrap_or_default());
    json(StatusCode::OK, serde_json::json!(names).to_string())
}

/// Somebody does something in a room.
fn spoken(request: &Request, what: impl FnOnce(&str, &str) -> Result<(), EmitError>) -> Answer {
    let (room, name) = (value(request, "room"), value(request, "name"));
    let named = room.zip(name).filter(|(room, name)| is_name(room) && is_name(name));
    match named {
        _ if request.method() != Method::POST => empty(StatusCode::METHOD_NOT_ALLOWED),
        None => empty(StatusCode::BAD_REQUEST),
        Some((room, name)) => match what(&room, &name) {
            Ok(()) => empty(StatusCode::NO_CONTENT),
            Err(_) => empty(StatusCode::SERVICE_UNAVAILABLE),
        },
    }
}

fn value(request: &Request, name: &str) -> Option<String> {
    query_value(request.uri().query()?, name)
}

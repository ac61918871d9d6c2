//! Everything else that a stock client can ask for.

use std::time::Duration;

use bytes::Bytes;
use realtime::socketio::{Binary, Broadcast, Event, Refusal, SocketIo};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn namespaces(io: &SocketIo) {
    let judge = io.of("/judge");
    judge
        .recover(Duration::from_secs(120))
        .guard(|event| match event.name() {
            "forbidden" => Err(Refusal::coded("FORBIDDEN", "not for you")),
            _ => Ok(()),
        })
        .on("join", |event| async move {
            if let Ok(room) = event.get::<String>(0) {
                event.socket.join(&room);
                let _ = event.reply("ok");
            }
        })
        .on("leave", |event| async move {
            if let Ok(room) = event.get::<String>(0) {
                event.socket.leave(&room);
                let _ = event.reply("ok");
            }
        })
        .on("say", say)
        .on("shout", shout)
        .on("volatile", volatile)
        .on("ask", ask)
        .on("kick", |event| async move { event.socket.disconnect(false) })
        .on("kick-hard", |event| async move { event.socket.disconnect(true) })
        .on("cut", |event| async move { event.socket.cut() })
        .on("binary", binary)
        .on("big", |event| async move {
            let size = event.get::<usize>(0).unwrap_or(0).min(10_000_000);
            let _ = event.socket.emit("big", "x".repeat(size));
        });

    io.of("/secret").admit(|who| async move {
        match who.auth::<Value>() {
            Ok(auth) if auth["token"] == "open" => Ok(()),
            _ => Err(Refusal::coded("UNAUTHORIZED", "unauthorized")),
        }
    });
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rooms {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Said {
    to: Rooms,
    except: Option<String>,
    name: String,
    data: Value,
}

async fn say(event: Event) {
    let Ok(said) = event.get::<Said>(0) else { return };
    let rooms = match said.to {
        Rooms::One(room) => vec![room],
        Rooms::Many(rooms) => rooms,
    };
    let audience = rooms.iter().fold(event.socket.everybody(), |all, room| all.to(room));
    let audience = said.except.iter().fold(audience, |all: Broadcast, room| all.except(room));
    let _ = audience.emit(&said.name, said.data);
}

#[derive(Deserialize)]
struct Shouted {
    room: String,
    data: Value,
}

async fn shout(event: Event) {
    if let Ok(shouted) = event.get::<Shouted>(0) {
        let _ = event.socket.to(&shouted.room).emit("shout", shouted.data);
    }
}

async fn volatile(event: Event) {
    for n in 0..event.get::<u32>(0).unwrap_or(0) {
        let _ = event.socket.emit_volatile("v", n);
    }
}

async fn ask(event: Event) {
    let answer = event.socket.ask("question", (), Duration::from_millis(500)).await;
    let _ = match answer.ok().and_then(|args| args.get::<Value>(0).ok()) {
        Some(value) => event.socket.emit("answered", value),
        None => event.socket.emit("answered", json!({ "timeout": true })),
    };
}

#[derive(Deserialize, Serialize)]
struct Nested {
    a: Binary,
    b: Vec<Binary>,
}

async fn binary(event: Event) {
    let nested = event.get::<Nested>(0);
    let nested = nested.unwrap_or(Nested { a: Binary(Bytes::new()), b: Vec::new() });
    let _ = event.socket.emit("binary", &nested);
}

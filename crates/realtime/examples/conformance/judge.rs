//! Everything else that a stock client can ask for.

use std::time::Duration;

use realtime::socketio::{Broadcast, Event, Refusal, SocketIo};
use serde::Deserialize;
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
            if let Ok(rooms) = event.get::<Rooms>(0) {
                for room in rooms.list() {
                    event.socket.join(&room);
                }
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
        .on("binary", |event| async move {
            let _ = event.socket.emit("binary", event.args());
        })
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

impl Rooms {
    fn list(self) -> Vec<String> {
        match self {
            Rooms::One(room) => vec![room],
            Rooms::Many(rooms) => rooms,
        }
    }
}

#[derive(Deserialize)]
struct Said {
    to: Rooms,
    except: Option<Rooms>,
    name: String,
    data: Value,
}

async fn say(event: Event) {
    let Ok(said) = event.get::<Said>(0) else { return };
    let rooms = said.to.list();
    let audience = rooms.iter().fold(event.socket.everybody(), |all, room| all.to(room));
    let except = said.except.map(Rooms::list).unwrap_or_default();
    let audience = except.iter().fold(audience, |all: Broadcast, room| all.except(room));
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
    let _ = match answer {
        Ok(args) => event.socket.emit("answered", &args),
        Err(_) => event.socket.emit("answered", json!({ "timeout": true })),
    };
}

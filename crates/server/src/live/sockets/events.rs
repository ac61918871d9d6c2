use std::sync::Arc;

use model::identity::Identity;
use realtime::registry::ConnectionRecord;
use realtime::socketio::{Event, Namespace, Refusal};
use serde_json::json;

use super::entrance::unauthorized;
use super::rooms;
use crate::live::Live;

/// Whatever begins with this is for administrators.
const ADMIN: &str = "admin:";

/// Before every event: counted, and refused where the role is missing.
pub fn guard(event: &Event) -> Result<(), Refusal> {
    if let Some(record) = event.socket.get::<Arc<ConnectionRecord>>() {
        record.received(event.args().json().len() as u64, event.received_at());
    }
    let identity = event.socket.get::<Arc<Identity>>();
    let admin = identity.is_some_and(|identity| identity.has_role("admin"));
    if event.name().starts_with(ADMIN) && !admin {
        return Err(Refusal::coded("FORBIDDEN", "forbidden"));
    }
    Ok(())
}

pub fn install(namespace: &Namespace, live: &Live) {
    let clock = Arc::clone(&live.clock);
    namespace.on("ping", move |event: Event| {
        let ts = clock.now();
        async move {
            let answer = json!({ "ts": ts });
            let _ = event.socket.emit("pong", &answer);
            let _ = event.reply(&answer);
        }
    });
    let weak = live.downgrade();
    namespace.on("join", move |event| {
        let live = weak.upgrade().map(Live::of);
        async move {
            if let Some(live) = live {
                rooms::join(&live, &event);
            }
        }
    });
    namespace.on("leave", |event| async move { rooms::leave(&event) });
    let weak = live.downgrade();
    namespace.on("auth", move |event| {
        let live = weak.upgrade().map(Live::of);
        async move {
            if let Some(live) = live {
                renew(&live, &event);
            }
        }
    });
    namespace.on_any(|event| async move {
        if event.ack.is_some() {
            event.refuse(&Refusal::coded("UNKNOWN_ACTION", "no such event"));
        }
    });
}

/// A new token on a connection that stands. Rooms are those of the old one, so it has to say the
/// same of who it is.
fn renew(live: &Live, event: &Event) {
    let token = event.get::<String>(0).or_else(|_| {
        let object = event.get::<serde_json::Value>(0)?;
        Ok::<_, realtime::socketio::ArgError>(object["token"].as_str().unwrap_or("").to_owned())
    });
    let renewed = live.verifier.verify(&token.unwrap_or_default(), None);
    let old = event.socket.get::<Arc<Identity>>();
    match (renewed, old) {
        (Err(refusal), _) => event.refuse(&unauthorized(refusal)),
        (Ok(new), Some(old)) if !new.is_same_as(&old) => {
            event.refuse(&Refusal::coded("FORBIDDEN", "the token is somebody else's"));
        }
        (Ok(new), _) => {
            let expires_at = new.expires_at;
            event.socket.insert(Arc::new(new));
            live.present().renewed(&event.socket);
            let _ = event.reply(json!({ "ok": true, "expiresAt": expires_at }));
        }
    }
}

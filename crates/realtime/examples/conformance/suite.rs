//! What the test suite of the protocol expects.

use realtime::socketio::{Namespace, SocketIo};
use serde_json::value::RawValue;

pub fn namespaces(io: &SocketIo) {
    for name in ["/", "/custom"] {
        answering(&io.of(name));
    }
    let numbered = |name: &str| {
        let number = name.strip_prefix("/dyn-");
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    answering(&io.matching(numbered));
}

fn answering(namespace: &Namespace) {
    namespace
        .on_connect(|socket| async move {
            // Checked when it was decoded.
            let auth = RawValue::from_string(socket.auth_json()).expect("JSON");
            let _ = socket.emit("auth", auth);
        })
        .on("message", |event| async move {
            let _ = event.socket.emit("message-back", event.args());
        })
        .on("message-with-ack", |event| async move {
            let _ = event.reply(event.args());
        });
}

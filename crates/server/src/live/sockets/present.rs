//! Who is here, and whether they still may be.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use model::Millis;
use model::identity::Identity;
use realtime::registry::ConnectionRecord;
use realtime::socketio::Socket;

use super::entrance::unauthorized;
use crate::live::{AuthRefusal, Live};

/// Every identity is looked at this often, and whenever something was taken back.
const ROUND: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct Present(HashMap<Arc<str>, Entry>);

struct Entry {
    socket: Socket,
    /// Since when its identity is no longer good.
    stale_since: Option<Millis>,
}

impl Present {
    pub fn add(&mut self, socket: &Socket) {
        let entry = Entry { socket: socket.clone(), stale_since: None };
        self.0.insert(socket.id().into(), entry);
    }

    /// Not somebody else who came back under the same id meanwhile.
    pub fn remove(&mut self, socket: &Socket) {
        if self.0.get(socket.id()).is_some_and(|entry| entry.socket.is(socket)) {
            self.0.remove(socket.id());
        }
    }

    pub fn all(&self) -> Vec<Socket> {
        self.0.values().map(|entry| entry.socket.clone()).collect()
    }

    /// Since when a socket is stale, which may be now.
    fn stale(&mut self, socket: &Socket, now: Millis) -> Option<Millis> {
        let entry = self.0.get_mut(socket.id())?;
        Some(*entry.stale_since.get_or_insert(now))
    }

    pub fn renewed(&mut self, socket: &Socket) {
        if let Some(entry) = self.0.get_mut(socket.id()) {
            entry.stale_since = None;
        }
    }
}

/// Until the server is gone.
pub fn watch(live: &Live) {
    let (weak, mut changes) = (live.downgrade(), live.verifier.changes());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(ROUND) => {}
            }
            let Some(live) = weak.upgrade().map(Live::of) else { return };
            live.io.expire();
            live.hub.expire();
            let sockets = live.present().all();
            for socket in &sockets {
                seen(&live, socket);
                recheck(&live, socket);
            }
        }
    });
}

/// A pong is a sign of life that only the session sees.
fn seen(live: &Live, socket: &Socket) {
    if socket.silent_for() < ROUND
        && let Some(record) = socket.get::<Arc<ConnectionRecord>>()
    {
        record.seen(live.clock.now());
    }
}

fn recheck(live: &Live, socket: &Socket) {
    let Some(identity) = socket.get::<Arc<Identity>>() else { return };
    let Err(refusal) = live.verifier.recheck(&identity) else { return };
    // Who merely ran out of time gets some more to show a new token.
    let grace = match refusal {
        AuthRefusal::Expired => live.project(&identity).map_or(0, |project| {
            Millis::from(project.settings.realtime.reauth_grace_seconds) * 1000
        }),
        AuthRefusal::Unavailable => return,
        _ => 0,
    };
    let now = live.clock.now();
    let Some(since) = live.present().stale(socket, now) else { return };
    if now - since >= grace {
        tracing::info!(socket = socket.id(), reason = ?refusal, "identity no longer holds");
        let _ = socket.emit("error", &unauthorized(refusal));
        socket.disconnect(true);
    } else if since == now {
        let _ = socket.emit("error", &unauthorized(refusal));
    }
}

//! Socket.IO as the product speaks it: who is let into `/`, and what they may say there.

mod entrance;
mod events;
mod present;
mod rooms;

pub use present::Present;

use realtime::socketio::{Refusal, Socket};

use super::Live;

/// The namespace whose rooms every transport shares.
pub const NAMESPACE: &str = "/";

pub fn install(live: &Live) {
    let namespace = live.io.of(NAMESPACE);
    namespace.recover(live.options.recovery);

    // The namespace is a part of what `live` holds: a strong handle would keep both for ever.
    let weak = live.downgrade();
    let entrance = weak.clone();
    namespace.admit(move |who| {
        let live = entrance.upgrade().map(Live::of);
        async move {
            let live = live.ok_or_else(|| Refusal::new("shutting down"))?;
            entrance::admit(&live, &who)
        }
    });
    let connected = weak.clone();
    namespace.on_connect(move |socket: Socket| {
        let live = connected.upgrade().map(Live::of);
        async move {
            if let Some(live) = live {
                entrance::connected(&live, &socket);
            }
        }
    });
    namespace.on_disconnect(move |socket: Socket, reason| {
        let live = weak.upgrade().map(Live::of);
        async move {
            tracing::info!(socket = socket.id(), reason, "socket disconnected");
            if let Some(live) = live {
                live.present().remove(&socket);
            }
        }
    });
    namespace.guard(events::guard);
    events::install(&namespace, live);
    present::watch(live);
}

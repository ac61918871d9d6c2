use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header;
use model::identity::{Identity, Tier as IdentityTier};
use realtime::gate::GateError;
use realtime::registry::{
    Applicant, CloseReason, ConnectionInfo, LimitError, Protocol, Rejection, Reservation, Tier,
    Transport,
};
use realtime::socketio::{Connecting, Refusal, Socket};
use serde::Deserialize;

use crate::live::{AuthRefusal, Live};

/// What a client shows as `auth`.
#[derive(Default, Deserialize)]
struct Shown {
    token: Option<String>,
    project: Option<String>,
    /// `message`: everything arrives as the one event `message`.
    envelope: Option<String>,
}

/// Taken at the door, and made a record when the socket has its id.
type Place = Arc<Mutex<Option<Reservation>>>;

pub fn admit(live: &Live, who: &Connecting) -> Result<(), Refusal> {
    let shown: Shown = who.auth().unwrap_or_default();
    let handshake = who.handshake();
    let token = shown.token.or_else(|| handshake.query("token")).unwrap_or_default();
    let project = shown.project.or_else(|| handshake.query("project"));
    let protocol = Protocol::SocketIo;
    let admitted = live
        .entrance
        .identify(handshake, &token, project.as_deref(), protocol)
        .map_err(|error| not_admitted(live, error))?;
    let identity = admitted.identity;

    let reserved = live.registry.reserve(Applicant {
        project: identity.project,
        user: identity.user_id.clone(),
        ip: handshake.address,
        tier: tier(&identity),
        protocol,
        per_user: admitted.per_user,
    });
    let (place, evicted) = reserved.map_err(|full: LimitError| {
        tracing::warn!(reason = ?full, "a socket was not let in");
        Refusal::coded(LimitError::CODE, full.to_string())
    })?;
    if let Some(evicted) = evicted {
        evicted.close();
    }
    who.set_tenant(&admitted.tenant);
    identity.own_rooms().for_each(|room| who.join(&room));
    if shown.envelope.as_deref() == Some("message") {
        who.envelop();
    }
    who.insert::<Place>(Arc::new(Mutex::new(Some(place))));
    who.insert(identity);
    Ok(())
}

fn not_admitted(live: &Live, error: GateError) -> Refusal {
    match error {
        GateError::Origin => live.registry.rejected(Rejection::Origin),
        GateError::Unavailable => {}
        _ => live.registry.rejected(Rejection::Unauthorised),
    }
    Refusal::coded(error.code().as_str(), error.to_string())
}

pub fn unauthorized(refusal: AuthRefusal) -> Refusal {
    Refusal::coded("UNAUTHORIZED", refusal.public_message())
}

fn tier(identity: &Identity) -> Tier {
    match identity.tier() {
        IdentityTier::Vip => Tier::Vip,
        IdentityTier::Normal => Tier::Normal,
    }
}

pub fn connected(live: &Live, socket: &Socket) {
    let place = socket.get::<Place>();
    let place = place.and_then(|p| p.lock().unwrap_or_else(PoisonError::into_inner).take());
    let Some(place) = place else { return };
    let identity = socket.get::<Arc<Identity>>();
    let agent = socket.handshake().header(&header::USER_AGENT).unwrap_or_default().to_owned();
    let own = socket.clone();
    let registered = place.register(ConnectionInfo {
        id: socket.id().into(),
        roles: identity.as_ref().map(|identity| identity.roles.clone()).unwrap_or_default(),
        agent,
        transport: Transport::WebSocket,
        close: Box::new(move |reason| {
            // Told why, as far as Socket.IO has words for it.
            let told = Refusal::coded(code(reason), "the server ends this connection");
            let _ = own.emit("error", &told);
            own.disconnect(true);
        }),
    });
    registered.connection().follow(socket.link());
    socket.insert(Arc::clone(registered.connection()));
    socket.hold(registered);
    live.present().add(socket);
    let recovered = socket.recovered();
    tracing::info!(socket = socket.id(), recovered, "socket connected");
}

fn code(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Unauthorised => "UNAUTHORIZED",
        CloseReason::Evicted | CloseReason::Replaced => "MAX_CONNECTIONS_EXCEEDED",
        CloseReason::HeartbeatTimeout => "HEARTBEAT_TIMEOUT",
        CloseReason::SlowConsumer => "QUEUE_OVERFLOW",
        CloseReason::Abuse => "RATE_LIMITED",
        CloseReason::Operator => "DISCONNECTED",
        CloseReason::Shutdown => "SHUTDOWN",
        CloseReason::Gone | CloseReason::Idle | CloseReason::ProtocolError => "CLOSED",
    }
}

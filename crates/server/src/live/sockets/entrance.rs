use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header;
use model::identity::{Identity, Tier as IdentityTier};
use model::origin::origin_matches;
use realtime::handshake::Handshake;
use realtime::registry::{
    Applicant, CloseReason, ConnectionInfo, LimitError, Protocol, Rejection, Reservation, Tier,
    Transport,
};
use realtime::socketio::{Connecting, Refusal, Socket};
use serde::Deserialize;

use crate::live::hub::tenant;
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
    let identity = live.verifier.verify(&token, project.as_deref()).map_err(|refusal| {
        live.registry.rejected(Rejection::Unauthorised);
        tracing::info!(reason = ?refusal, "a socket was not let in");
        unauthorized(refusal)
    })?;
    allowed_origin(live, &identity, handshake)?;

    let reserved = live.registry.reserve(Applicant {
        project: identity.project,
        user: identity.user_id.clone(),
        ip: handshake.address,
        tier: tier(&identity),
        protocol: Protocol::SocketIo,
        // Business users may have as many tabs as they like.
        per_user: 0,
    });
    let (place, evicted) = reserved.map_err(|full: LimitError| {
        tracing::warn!(reason = ?full, "a socket was not let in");
        Refusal::coded(LimitError::CODE, full.to_string())
    })?;
    if let Some(evicted) = evicted {
        evicted.close();
    }
    who.set_tenant(&tenant(identity.project));
    identity.own_rooms().for_each(|room| who.join(&room));
    if shown.envelope.as_deref() == Some("message") {
        who.envelop();
    }
    who.insert::<Place>(Arc::new(Mutex::new(Some(place))));
    who.insert(Arc::new(identity));
    Ok(())
}

pub fn unauthorized(refusal: AuthRefusal) -> Refusal {
    Refusal::coded("UNAUTHORIZED", refusal.public_message())
}

pub fn tier(identity: &Identity) -> Tier {
    match identity.tier() {
        IdentityTier::Vip => Tier::Vip,
        IdentityTier::Normal => Tier::Normal,
    }
}

/// Programs have no origin; pages have to be the project's, or our own.
pub fn allowed_origin(
    live: &Live,
    identity: &Identity,
    handshake: &Handshake,
) -> Result<(), Refusal> {
    let Some(origin) = handshake.origin() else { return Ok(()) };
    let own = handshake.header(&header::HOST).is_some_and(|host| {
        origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host))
    });
    let project = live.project(identity);
    let listed = project.is_some_and(|project| {
        project.settings.access.origins.iter().any(|entry| origin_matches(entry, origin))
    });
    if own || listed {
        return Ok(());
    }
    live.registry.rejected(Rejection::Origin);
    Err(Refusal::coded("FORBIDDEN", "this origin is not allowed"))
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

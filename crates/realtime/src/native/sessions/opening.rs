//! From a request to a session, or to a refusal that its client can read.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use http::{HeaderMap, HeaderName, Request, StatusCode};

use super::door::Inner;
use super::session::Session;
use super::speaker::Spoken;
use super::voice::Voice;
use crate::answer::{self, Answer};
use crate::gate::{self, Admitted, Caller, GateError, Stranger, applicant};
use crate::handshake::Handshake;
use crate::hub::Ending;
use crate::native::{ErrorCode, Protocol, Secret, Selection, select};
use crate::net::pulse::Beat;
use crate::net::{Pending, drive, take_over};
use crate::registry::{LimitError, Rejection, Reservation};
use crate::websocket::{HandshakeError, Limits, Offer, Reader, upgrade};

const KEPT: [HeaderName; 3] = [HOST, ORIGIN, USER_AGENT];
const SPOKEN: [&str; 2] = [Protocol::Json.subprotocol(), Protocol::Simple.subprotocol()];
/// For the HTTP side to hand over the connection once it has answered.
const HANDOVER: Duration = Duration::from_secs(10);

/// What was decided about somebody before their connection was accepted.
pub(super) enum Entrance {
    Member(Admitted, Reservation),
    /// Has a while to say who it is.
    Stranger(Stranger),
    Refused {
        code: ErrorCode,
        reason: String,
        status: StatusCode,
    },
}

pub(super) async fn open<B>(door: &Arc<Inner>, mut request: Request<B>, address: IpAddr) -> Answer {
    let offer = Offer { protocols: &SPOKEN, deflate: door.options.deflate };
    let (method, version) = (request.method(), request.version());
    let upgrade = match upgrade(method, version, request.headers(), &offer) {
        Ok(upgrade) => upgrade,
        Err(error) => return malformed(door, error),
    };
    let offered = offered(request.headers());
    let (path, query) = (request.uri().path(), request.uri().query());
    let chosen = select(path, query, offered.as_deref(), door.options.default_protocol);
    let token = gate::token(&request, door.options.query_tokens, None);
    let mut handshake = Handshake::new(&request, address, door.premises.clock.now(), &KEPT);
    handshake.forget("token");
    let (selection, entrance) = match chosen {
        Ok(selection) => match judge(door, &handshake, token, selection.protocol).await {
            // A page that is not the project's own gets nothing that it could read.
            Err(GateError::Origin) => return answer::empty(StatusCode::FORBIDDEN),
            Err(error) => (selection, refused(error)),
            Ok(entrance) => (selection, entrance),
        },
        Err(unsupported) => {
            let refusal = unsupported.refusal;
            let (code, reason) = (refusal.code, refusal.message);
            let status = StatusCode::BAD_REQUEST;
            (plain(unsupported.protocol), Entrance::Refused { code, reason, status })
        }
    };
    if let Entrance::Refused { reason, status, .. } = &entrance
        && door.options.reject_before_upgrade
    {
        return answer::answer(*status, answer::TEXT, reason.clone());
    }
    let mut accepted = answer::empty(StatusCode::SWITCHING_PROTOCOLS);
    *accepted.headers_mut() = upgrade.headers;
    let newcomer = Newcomer { handshake, selection, deflate: upgrade.deflate };
    let (door, pending) = (Arc::clone(door), take_over(&mut request));
    tokio::spawn(newcomer.serve(door, pending, entrance));
    accepted
}

/// In the protocol that it would have had.
fn plain(protocol: Protocol) -> Selection {
    let version = crate::native::Version::default();
    Selection { protocol, version, subprotocol: None, tentative: false }
}

fn offered(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

fn malformed(door: &Inner, error: HandshakeError) -> Answer {
    door.premises.registry.rejected(Rejection::Malformed);
    let mut answer = answer::answer(error.status(), answer::TEXT, error.to_string());
    answer.headers_mut().extend(error.headers());
    answer
}

/// Whether there is a place for whoever shows `token`.
async fn judge(
    door: &Inner,
    handshake: &Handshake,
    token: Option<Secret>,
    protocol: Protocol,
) -> Result<Entrance, GateError> {
    let token = token.as_ref().map(Secret::reveal);
    let caller = Caller { handshake, token, protocol: protocol.into() };
    match gate::ask(&*door.premises.gate, caller).await {
        Ok(admitted) => Ok(match reserve(door, &admitted, handshake.address, protocol) {
            Ok(reservation) => Entrance::Member(admitted, reservation),
            Err(error) => full(&error),
        }),
        Err(GateError::Missing) if door.options.auth_within.is_some() => {
            Ok(match door.strangers.admit(handshake.address) {
                Some(stranger) => Entrance::Stranger(stranger),
                None => full(&LimitError::PerIp),
            })
        }
        Err(error) => {
            error.rejection().into_iter().for_each(|why| door.premises.registry.rejected(why));
            Err(error)
        }
    }
}

/// Whoever has to make room for it is told so.
pub(super) fn reserve(
    door: &Inner,
    admitted: &Admitted,
    address: IpAddr,
    protocol: Protocol,
) -> Result<Reservation, LimitError> {
    let applicant = applicant(admitted, address, protocol.into());
    let (reservation, evict) = door.premises.registry.reserve(applicant)?;
    if let Some(evict) = evict {
        evict.close();
    }
    Ok(reservation)
}

fn full(error: &LimitError) -> Entrance {
    let code = ErrorCode::MaxConnectionsExceeded;
    let status = match error {
        LimitError::Full => StatusCode::SERVICE_UNAVAILABLE,
        LimitError::PerUser | LimitError::PerIp => StatusCode::TOO_MANY_REQUESTS,
    };
    Entrance::Refused { code, reason: error.to_string(), status }
}

fn refused(error: GateError) -> Entrance {
    Entrance::Refused { code: error.code(), reason: error.to_string(), status: error.status() }
}

/// Somebody whose handshake is answered.
struct Newcomer {
    handshake: Handshake,
    selection: Selection,
    deflate: bool,
}

impl Newcomer {
    /// Until the connection is over.
    async fn serve(self, door: Arc<Inner>, pending: Pending, entrance: Entrance) {
        let taken = tokio::time::timeout(HANDOVER, pending.stream()).await;
        let Ok(Ok((stream, early))) = taken else {
            tracing::debug!("a WebSocket was not handed over");
            return;
        };
        let link = door.premises.hub.link_to_stream(Arc::clone(&stream));
        link.set_deflate(self.deflate);
        if let Entrance::Refused { code, reason, .. } = &entrance {
            let Selection { protocol, version, .. } = self.selection;
            let voice = Voice { protocol, version, deflate: false };
            let farewell = voice.rejection(door.premises.clock.now(), *code, reason);
            link.end(Ending { farewell, reason: "rejected", abrupt: false });
        }
        let session = Session::new(&door, &link, self.handshake, self.selection);
        session.begin(entrance);
        let max_message = door.options.max_message;
        let deflate = self.deflate;
        let reader = Reader::new(Limits { max_message, max_fragments: Limits::FRAGMENTS, deflate });
        let mut speaker = Spoken::new(Arc::clone(&session));
        door.roster.enter(link.id, &session);
        if let Some(at) = session.beat(Instant::now()) {
            door.premises.pulse.add(&session, at);
        }
        let reason = drive(&stream, &link, reader, early, &mut speaker).await;
        door.roster.leave(link.id);
        session.over(reason);
    }
}

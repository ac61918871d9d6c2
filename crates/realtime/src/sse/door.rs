use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, Response};

use super::listener::{Held, Listener};
use super::problem::Problem;
use super::{Events, Options};
use crate::answer::{Answer, Body};
use crate::cors;
use crate::gate::{self, Admitted, Caller, GateError, Premises, Roster, applicant};
use crate::handshake::{Handshake, query_value, query_values};
use crate::hub::history::Since;
use crate::hub::wire::{Wire, parse_token, token};
use crate::hub::{Arrival, Dialect, Event, Subscriber};
use crate::ids::random_id;
use crate::native::Secret;
use crate::registry::{ConnectionInfo, Protocol, Rejection, Reservation, Transport};

const KEPT: [HeaderName; 3] = [HOST, ORIGIN, USER_AGENT];
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies that gather answers would gather events for ever.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");
/// Bytes of what a client has missed; beyond, it is told that something is missing.
const REPLAY: usize = 256 << 10;

/// The door of rooms over plain HTTP: `?room=` or `?channel=`, as often as is wanted. Clones are
/// the same one.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

pub(super) struct Inner {
    pub premises: Premises,
    pub options: Options,
    pub roster: Roster<Listener>,
}

impl Door {
    /// Watches the gate from now on, on the current runtime.
    pub fn new(premises: Premises, options: Options) -> Self {
        let roster = Roster::watch(premises.gate.changes());
        Door(Arc::new(Inner { premises, options, roster }))
    }

    pub async fn handle<B>(&self, request: Request<B>, address: IpAddr) -> Answer {
        let cors = cors::headers(request.headers(), &*self.0.options.origins);
        let opened = match *request.method() {
            Method::OPTIONS => Ok(cors::preflight(request.headers())),
            Method::GET => open(&self.0, &request, address).await,
            _ => Err(Problem::Method),
        };
        let mut answer = opened.unwrap_or_else(|problem| problem.answer());
        answer.headers_mut().extend(cors);
        answer
    }

    pub fn connections(&self) -> usize {
        self.0.roster.len()
    }

    /// Ends all streams.
    pub fn close(&self) {
        self.0.roster.dismiss();
    }
}

async fn open<B>(
    door: &Arc<Inner>,
    request: &Request<B>,
    address: IpAddr,
) -> Result<Answer, Problem> {
    let Premises { clock, gate, registry, .. } = &door.premises;
    let rooms = rooms(request.uri().query().unwrap_or_default(), door.options.rooms)?;
    let token = gate::token(request, door.options.query_tokens, door.options.cookie);
    let mut handshake = Handshake::new(request, address, clock.now(), &KEPT);
    handshake.forget("token");
    let shown = token.as_ref().map(Secret::reveal);
    let caller = Caller { handshake: &handshake, token: shown, protocol: Protocol::Sse };
    let admitted = gate::ask(&**gate, caller).await.inspect_err(|error: &GateError| {
        error.rejection().into_iter().for_each(|why: Rejection| registry.rejected(why));
    })?;
    let refused = rooms.iter().filter(|room| admitted.may_join(room).is_err());
    let refused: Vec<_> = refused.map(|room| &**room).collect();
    if !refused.is_empty() {
        return Err(Problem::Room(refused.join(", ")));
    }
    let (reservation, evict) = registry.reserve(applicant(&admitted, address, Protocol::Sse))?;
    if let Some(evict) = evict {
        evict.close();
    }
    let after = last_seen(request, door.premises.hub.epoch());
    Ok(stream(door, admitted, reservation, rooms, after, &handshake))
}

/// Each once.
fn rooms(query: &str, most: usize) -> Result<Vec<Arc<str>>, Problem> {
    let mut rooms: Vec<Arc<str>> = Vec::new();
    for name in query_values(query, &["room", "channel"]) {
        if !rooms.iter().any(|room| **room == *name) {
            rooms.push(name.into());
        }
        if rooms.len() > most {
            return Err(Problem::TooManyRooms(most));
        }
    }
    if rooms.is_empty() { Err(Problem::NoRoom) } else { Ok(rooms) }
}

/// Where the client got to. `Some(None)`: somewhere that is no longer known.
fn last_seen<B>(request: &Request<B>, epoch: &str) -> Option<Option<u64>> {
    let header = request.headers().get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    let query = request.uri().query().unwrap_or_default();
    let id = header.map(str::to_owned).or_else(|| query_value(query, "lastEventId"))?;
    (!id.is_empty()).then(|| parse_token(epoch, &id))
}

fn stream(
    door: &Arc<Inner>,
    admitted: Admitted,
    reservation: Reservation,
    rooms: Vec<Arc<str>>,
    after: Option<Option<u64>>,
    handshake: &Handshake,
) -> Answer {
    let link = door.premises.hub.link_to_fetch();
    let id = random_id();
    let listener = Arc::new(Listener {
        door: Arc::clone(door),
        link: Arc::clone(&link),
        admitted,
        record: OnceLock::new(),
        stuck: Mutex::default(),
    });
    let registered = reservation.register(ConnectionInfo {
        id: Arc::clone(&id),
        roles: listener.admitted.identity.roles.clone(),
        agent: handshake.header(&USER_AGENT).unwrap_or_default().to_owned(),
        transport: Transport::Sse,
        close: Listener::close_handle(Arc::downgrade(&listener)),
    });
    let record = Arc::clone(registered.connection());
    let count = u32::try_from(rooms.len()).unwrap_or(u32::MAX);
    record.subscribed(count, Some(serde_json::json!({ "channels": rooms })));
    drop(listener.record.set(record));
    door.roster.enter(link.id, &listener);
    door.premises.pulse.add(&listener, Instant::now() + door.options.keep_alive);
    let held = Held { listener: Arc::clone(&listener), registered: Some(registered) };
    answer(Events::new(arrive(&listener, id, rooms, after), held))
}

/// What was missed goes out before anything new, or the news that something is missing.
fn arrive(
    listener: &Listener,
    id: Arc<str>,
    rooms: Vec<Arc<str>>,
    after: Option<Option<u64>>,
) -> Subscriber {
    let (hub, retry) = (&listener.door.premises.hub, listener.door.options.retry);
    let scope = hub.scope(&listener.admitted.tenant, "/");
    let arrival = Arrival { id, dialect: Dialect::Sse, rooms, after: after.flatten() };
    let epoch = Arc::clone(hub.epoch());
    let here = hub.offset();
    let greet = |missed: &Since<Vec<Arc<Event>>>| {
        let missed = match missed {
            Since::Complete(missed) if after != Some(None) => replay(missed),
            _ => None,
        };
        let (place, retry) = (token(&epoch, here), retry.as_millis());
        Some(match missed {
            None => format!("retry: {retry}\nid: {place}\nevent: gap\ndata: {{}}\n\n").into(),
            // An id alone is no event, but what a client comes back with that gets nothing else.
            Some(none) if none.is_empty() => format!("retry: {retry}\nid: {place}\n\n").into(),
            Some(missed) => [format!("retry: {retry}\n\n").as_bytes(), &missed].concat().into(),
        })
    };
    let arrived = hub.arrive(&scope, &listener.link, arrival, greet);
    let (subscriber, _) = arrived.expect("the greeting lets everybody in");
    subscriber
}

/// `None`: more than a client gets at once.
fn replay(missed: &[Arc<Event>]) -> Option<Vec<u8>> {
    let mut lines = Vec::new();
    for event in missed {
        lines.extend_from_slice(event.frames(Wire::plain(Dialect::Sse)));
        if lines.len() > REPLAY {
            return None;
        }
    }
    Some(lines)
}

fn answer(events: Events) -> Answer {
    let mut answer: Answer = Response::new(Body::Events(Box::new(events)));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(UNBUFFERED, HeaderValue::from_static("no"));
    answer
}

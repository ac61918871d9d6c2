//! How a client gets into a namespace.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use http::Extensions;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::client::Spots;
use super::connecting::{Admitted, Connecting};
use super::namespace::Behaviour;
use super::packet::{connect_error_text, connect_text};
use super::recovery::{Absent, keep};
use super::refusal::Refusal;
use super::server::Inner as Server;
use super::socket::{self, Socket, State};
use crate::engineio::Session;
use crate::hub::history::Since;
use crate::hub::wire::{self, Dialect, Wire, parse_token};
use crate::hub::{Arrival, Event, Scope, Subscriber};
use crate::ids::random_id;

pub(super) async fn enter(
    server: Arc<Server>,
    session: Arc<Session>,
    spots: Arc<Spots>,
    name: Arc<str>,
    behaviour: Arc<Behaviour>,
    auth: Option<Box<RawValue>>,
) {
    let handshake = Arc::clone(&session.handshake);
    let connecting = Connecting::new(Arc::clone(&name), handshake, auth);
    for entrance in behaviour.entrances() {
        if let Err(refusal) = entrance(connecting.clone()).await {
            spots.leave(&name);
            refuse(&session, &name, &refusal);
            return;
        }
    }
    let admitted = connecting.admitted();
    let scope = server.hub.scope(&admitted.tenant, &name);
    let entrant =
        Entrant { server: &server, session: &session, spots: &spots, behaviour, connecting };
    let mut admitted = admitted;
    let socket = match entrant.back(&scope, &mut admitted) {
        Some(socket) => socket,
        None => entrant.anew(&scope, admitted),
    };
    if !spots.enter(&socket) {
        server.leave(&socket, "transport close");
        return;
    }
    let behaviour = Arc::clone(&socket.0.behaviour);
    if let Some(work) = behaviour.connected(socket.clone()) {
        work.await;
    }
    socket.forget_auth();
}

pub(super) fn refuse(session: &Session, namespace: &str, refusal: &Refusal) {
    let data = refusal.code.as_ref().map(|code| serde_json::json!({ "code": code }));
    let data = data.and_then(|data| to_raw_value(&data).ok());
    let packet = connect_error_text(namespace, &refusal.message, data.as_deref());
    session.send_text(packet.message());
}

struct Entrant<'a> {
    server: &'a Arc<Server>,
    session: &'a Arc<Session>,
    spots: &'a Arc<Spots>,
    behaviour: Arc<Behaviour>,
    connecting: Connecting,
}

/// What the stock client adds to `auth` when it wants to go on.
#[derive(Deserialize)]
struct Return {
    pid: Option<String>,
    offset: Option<String>,
}

/// Where it is from now on.
struct Place {
    subscriber: Subscriber,
    offset: u64,
    private_id: Option<Arc<str>>,
    given: Vec<Arc<str>>,
    recovered: bool,
}

impl Entrant<'_> {
    /// In its old place, if everything that it has missed is still known.
    fn back(&self, scope: &Arc<Scope>, admitted: &mut Admitted) -> Option<Socket> {
        if self.behaviour.recovery().is_none() || admitted.enveloped {
            return None;
        }
        let asked: Return = self.connecting.auth().ok()?;
        let private_id: Arc<str> = asked.pid?.into();
        let absent = self.server.take_absent(&private_id, scope)?;
        let offset = match asked.offset {
            Some(token) => parse_token(self.server.hub.epoch(), &token)?,
            None => absent.offset,
        };
        // Who it is was found out anew; only the rooms that it went to itself are its old ones.
        let Absent { id, mut rooms, mut data, given, .. } = absent;
        rooms.retain(|room| !given.contains(room));
        rooms.extend(admitted.rooms.iter().filter(|room| !given.contains(room)).cloned());
        rooms.extend(given.iter().filter(|room| admitted.rooms.contains(room)).cloned());
        let dialect = Dialect::SocketIoResumable;
        let arrival = Arrival { id, dialect, rooms, after: Some(offset) };
        let (subscriber, offset) = self.arrive(scope, Some(&private_id), arrival)?;
        data.extend(std::mem::take(&mut admitted.data));
        let given = std::mem::take(&mut admitted.rooms);
        let private_id = Some(private_id);
        Some(self.socket(Place { subscriber, offset, private_id, given, recovered: true }, data))
    }

    fn anew(&self, scope: &Arc<Scope>, admitted: Admitted) -> Socket {
        let Admitted { data, rooms: given, enveloped, .. } = admitted;
        let recovers = self.behaviour.recovery().filter(|_| !enveloped);
        let private_id = recovers.map(|_| random_id());
        let dialect = match private_id {
            Some(_) => Dialect::SocketIoResumable,
            None if enveloped => Dialect::SocketIoMessage,
            None => Dialect::SocketIo,
        };
        let arrival = Arrival { id: random_id(), dialect, rooms: given.clone(), after: None };
        let arrived = self.arrive(scope, private_id.as_ref(), arrival);
        let (subscriber, offset) = arrived.expect("without a past nothing can be missing");
        self.socket(Place { subscriber, offset, private_id, given, recovered: false }, data)
    }

    /// The client hears that it is in, and what it has missed, before anything new.
    fn arrive(
        &self,
        scope: &Arc<Scope>,
        private_id: Option<&Arc<str>>,
        arrival: Arrival,
    ) -> Option<(Subscriber, u64)> {
        let link = self.session.link();
        let wire = Wire { dialect: arrival.dialect, deflate: link.deflates() };
        let connected = connect_text(&scope.namespace, &arrival.id, private_id.map(|id| &**id));
        self.server.hub.arrive(scope, link, arrival, |missed| {
            let Since::Complete(missed) = missed else { return None };
            let mut greeting = wire::text(connected.message(), wire).to_vec();
            missed.iter().for_each(|e: &Arc<Event>| greeting.extend_from_slice(e.frames(wire)));
            Some(greeting.into())
        })
    }

    fn socket(&self, place: Place, data: Extensions) -> Socket {
        let Place { subscriber, offset, private_id, given, recovered } = place;
        let connecting = Some(self.connecting.clone());
        let socket = Socket(Arc::new(socket::Inner {
            subscriber,
            keep: self.behaviour.recovery().filter(|_| private_id.is_some()).map(keep),
            given,
            behaviour: Arc::clone(&self.behaviour),
            server: Arc::clone(self.server),
            session: Arc::downgrade(self.session),
            handshake: Arc::clone(&self.session.handshake),
            private_id,
            recovered,
            offset,
            acks: Mutex::default(),
            state: Mutex::new(State { data, connecting }),
            connected: AtomicBool::new(true),
            held: Mutex::default(),
            spots: Arc::downgrade(self.spots),
        }));
        if let Some(private_id) = &socket.0.private_id {
            self.server.arrived(private_id, &socket);
        }
        socket
    }
}

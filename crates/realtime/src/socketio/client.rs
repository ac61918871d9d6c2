//! Socket.IO on one Engine.IO session: which packet goes to which namespace.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::entering;
use super::event::Event;
use super::namespace::{Behaviour, Work};
use super::packet::{Args, Body, Decoder, Incoming};
use super::refusal::Refusal;
use super::server::Inner as Server;
use super::socket::Socket;
use crate::engineio::{self, Session, Stop};
use crate::limits::{Abuse, Bucket, Verdict, Violation};
use crate::net::pulse::Beat;

pub(super) struct Client {
    server: Arc<Server>,
    session: Arc<Session>,
    spots: Arc<Spots>,
    decoder: Decoder,
    under_way: Arc<AtomicUsize>,
    bucket: Option<Bucket>,
    abuse: Abuse,
}

/// Where the client is, or is about to be.
pub(super) struct Spots(Mutex<List>);

#[derive(Default)]
struct List {
    spots: Vec<(Arc<str>, Spot)>,
    /// Until the first namespace is entered; silent clients are not kept.
    deadline: Option<Arc<Deadline>>,
    over: bool,
}

enum Spot {
    Entering,
    In(Socket),
}

/// When a client must have entered a namespace.
struct Deadline(Weak<Session>);

impl Beat for Deadline {
    fn beat(&self, _: Instant) -> Option<Instant> {
        if let Some(session) = self.0.upgrade() {
            session.close("connect timeout");
        }
        None
    }
}

impl Spots {
    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client has been let in. `false`: it has gone meanwhile.
    pub fn enter(&self, socket: &Socket) -> bool {
        let mut list = self.list();
        if list.over {
            return false;
        }
        list.deadline = None;
        let own = list.spots.iter_mut().find(|(name, _)| **name == *socket.namespace());
        if let Some((_, spot)) = own {
            *spot = Spot::In(socket.clone());
        }
        true
    }

    pub fn sockets(&self) -> Vec<Socket> {
        let list = self.list();
        let inside = list.spots.iter().filter_map(|(_, spot)| match spot {
            Spot::In(socket) => Some(socket.clone()),
            Spot::Entering => None,
        });
        inside.collect()
    }

    /// It was not let in, or has left.
    pub fn leave(&self, namespace: &str) {
        self.list().spots.retain(|(name, _)| **name != *namespace);
    }
}

impl Client {
    pub fn new(server: Arc<Server>, session: Arc<Session>) -> Self {
        let deadline = Arc::new(Deadline(Arc::downgrade(&session)));
        server.pulse.add(&deadline, Instant::now() + server.options.connect_timeout);
        let list = List { spots: Vec::new(), deadline: Some(deadline), over: false };
        let now = server.clock.now();
        Client {
            bucket: server.options.messages.map(|rate| Bucket::new(rate, now)),
            abuse: Abuse::new(server.options.patience),
            server,
            session,
            spots: Arc::new(Spots(Mutex::new(list))),
            decoder: Decoder::default(),
            under_way: Arc::default(),
        }
    }

    fn incoming(&mut self, incoming: Incoming<'_>) -> Result<(), Stop> {
        let socket = {
            let list = self.spots.list();
            let spot = list.spots.iter().find(|(name, _)| **name == *incoming.namespace);
            match spot {
                None => None,
                Some((_, Spot::Entering)) => return Err(Stop("parse error")),
                Some((_, Spot::In(socket))) => Some(socket.clone()),
            }
        };
        match (incoming.body, socket) {
            (Body::Connect(auth), None) => self.connect(&incoming.namespace, auth),
            (Body::Disconnect, Some(socket)) => {
                self.spots.leave(&incoming.namespace);
                self.server.leave(&socket, "client namespace disconnect");
                Ok(())
            }
            (Body::Event { id, args }, Some(socket)) => self.event(socket, args, id),
            (Body::Ack { id, args }, Some(socket)) => {
                socket.acks().answered(id, args);
                Ok(())
            }
            // What the server has just ended may still be spoken to.
            (_, None) if self.server.behaviour(&incoming.namespace).is_some() => {
                Err(Stop("parse error"))
            }
            _ => Err(Stop("parse error")),
        }
    }

    fn connect(&mut self, namespace: &str, auth: Option<&str>) -> Result<(), Stop> {
        let Some(behaviour) = self.server.behaviour(namespace) else {
            entering::refuse(&self.session, namespace, &Refusal::new("Invalid namespace"));
            return Ok(());
        };
        let name: Arc<str> = namespace.into();
        {
            let mut list = self.spots.list();
            if list.spots.len() >= self.server.options.namespaces {
                return Err(Stop("parse error"));
            }
            list.spots.push((Arc::clone(&name), Spot::Entering));
        }
        // Checked to be an object when it was decoded.
        let auth = auth.and_then(|auth| RawValue::from_string(auth.to_owned()).ok());
        let (server, session) = (Arc::clone(&self.server), Arc::clone(&self.session));
        let entering =
            entering::enter(server, session, Arc::clone(&self.spots), name, behaviour, auth);
        self.run(Box::pin(entering));
        Ok(())
    }

    fn event(&mut self, socket: Socket, args: Args, id: Option<u64>) -> Result<(), Stop> {
        let behaviour: Arc<Behaviour> = Arc::clone(&socket.0.behaviour);
        let now = self.server.clock.now();
        let event = Event::new(socket, args, id, now);
        if let Some(bucket) = &mut self.bucket
            && bucket.take(now).is_err()
        {
            event.refuse(&Refusal::coded("RATE_LIMITED", "too many messages"));
            return match self.abuse.record(Violation::Flood, now) {
                Verdict::Disconnect => Err(Stop("too many messages")),
                Verdict::Ok | Verdict::Throttle => Ok(()),
            };
        }
        if let Err(refusal) = behaviour.guard(&event) {
            event.refuse(&refusal);
            return match self.abuse.record(Violation::Refused, now) {
                Verdict::Disconnect => Err(Stop("too many refusals")),
                Verdict::Ok | Verdict::Throttle => Ok(()),
            };
        }
        if let Some(work) = behaviour.event(event) {
            self.run(work);
        }
        Ok(())
    }

    /// Handlers begin in the order of what was said, and most of them are over at once; those
    /// that wait for something go on by themselves, as in JavaScript.
    fn run(&self, mut work: Work) {
        if work.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(()) {
            return;
        }
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let (under_way, session) = (Arc::clone(&self.under_way), Arc::clone(&self.session));
        tokio::spawn(async move {
            work.await;
            under_way.fetch_sub(1, Ordering::Relaxed);
            session.rouse();
        });
    }
}

impl engineio::Client for Client {
    fn text(&mut self, text: &str) -> Result<(), Stop> {
        match self.decoder.text(text, &self.server.options.packets) {
            Ok(Some(incoming)) => self.incoming(incoming),
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::debug!(%error, "a packet was refused");
                Err(Stop("parse error"))
            }
        }
    }

    fn binary(&mut self, bytes: Bytes) -> Result<(), Stop> {
        match self.decoder.binary(bytes, &self.server.options.packets) {
            Ok(Some(incoming)) => self.incoming(incoming),
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::debug!(%error, "a packet was refused");
                Err(Stop("parse error"))
            }
        }
    }

    fn busy(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) >= self.server.options.handlers
    }

    fn closed(&mut self, reason: &'static str) {
        let spots = {
            let mut list = self.spots.list();
            list.over = true;
            list.deadline = None;
            std::mem::take(&mut list.spots)
        };
        for (_, spot) in spots {
            if let Spot::In(socket) = spot {
                self.server.leave(&socket, reason);
            }
        }
    }
}

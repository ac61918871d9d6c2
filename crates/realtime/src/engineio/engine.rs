//! The door: which request is what, and which session it belongs to.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response};
use model::Clock;

use super::options::EngineOptions;
use super::problem::Problem;
use super::session::{Client, Session, Transport};
use super::{polling, socket};
use crate::answer::{self, Answer};
use crate::cors;
use crate::handshake::{Handshake, query_value};
use crate::hub::{Hub, Link};
use crate::ids::random_id;
use crate::net::pulse::Pulse;

/// What runs on the sessions.
pub trait App: Send + Sync + 'static {
    fn open(&self, session: Arc<Session>) -> Box<dyn Client>;
}

impl<F> App for F
where
    F: Fn(Arc<Session>) -> Box<dyn Client> + Send + Sync + 'static,
{
    fn open(&self, session: Arc<Session>) -> Box<dyn Client> {
        self(session)
    }
}

/// A handle; clones share the sessions.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

pub(super) struct Inner {
    pub hub: Hub,
    pub options: EngineOptions,
    clock: Arc<dyn Clock>,
    pulse: Pulse,
    app: Box<dyn App>,
    sessions: Mutex<HashMap<Arc<str>, Arc<Session>>>,
}

impl Engine {
    pub fn new(
        hub: &Hub,
        pulse: &Pulse,
        clock: Arc<dyn Clock>,
        options: EngineOptions,
        app: impl App,
    ) -> Self {
        Engine(Arc::new(Inner {
            hub: hub.clone(),
            options,
            clock,
            pulse: pulse.clone(),
            app: Box::new(app),
            sessions: Mutex::default(),
        }))
    }

    pub fn sessions(&self) -> usize {
        self.0.sessions().len()
    }

    /// Ends every session; the clients are told to come back elsewhere.
    pub fn close(&self) {
        let all: Vec<_> = self.0.sessions().values().cloned().collect();
        for session in all {
            session.dismiss();
        }
    }

    /// Answers any request to the path that the engine is mounted at.
    pub async fn handle<B>(&self, request: Request<B>, address: IpAddr) -> Answer
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let cors = cors::headers(request.headers(), &*self.0.options.origins);
        let answered = match *request.method() {
            Method::OPTIONS => Ok(cors::preflight(request.headers())),
            _ => self.0.route(request, address).await,
        };
        let mut answer = answered.unwrap_or_else(|problem| problem.answer());
        answer.headers_mut().extend(cors);
        answer
    }
}

/// What the query says.
struct Asked {
    transport: Transport,
    sid: Option<String>,
}

impl Asked {
    fn of(query: &str) -> Result<Self, Problem> {
        let transport = match query_value(query, "transport").as_deref() {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Problem::UnknownTransport),
        };
        if query_value(query, "EIO").as_deref() != Some("4") {
            return Err(Problem::UnsupportedVersion);
        }
        Ok(Asked { transport, sid: query_value(query, "sid") })
    }
}

impl Inner {
    fn sessions(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn forget(&self, id: &str) {
        self.sessions().remove(id);
    }

    async fn route<B>(
        self: &Arc<Self>,
        mut request: Request<B>,
        address: IpAddr,
    ) -> Result<Answer, Problem>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let asked = Asked::of(request.uri().query().unwrap_or_default())?;
        let Some(sid) = asked.sid else {
            return self.open(request, address, asked.transport);
        };
        let found = self.sessions().get(&*sid).cloned();
        let session = found.filter(|s| !s.is_closed()).ok_or(Problem::UnknownSession)?;
        match (asked.transport, session.transport()) {
            (Transport::WebSocket, Transport::Polling) => {
                socket::upgrade(self, session, &mut request)
            }
            (_, Transport::WebSocket) => Err(Problem::BadRequest),
            (Transport::Polling, Transport::Polling) => match *request.method() {
                Method::GET => polling::get(&session, &self.options).await,
                Method::POST => polling::post(&session, &self.options, request.into_body()).await,
                _ => Err(Problem::BadRequest),
            },
        }
    }

    fn open<B>(
        self: &Arc<Self>,
        mut request: Request<B>,
        address: IpAddr,
        transport: Transport,
    ) -> Result<Answer, Problem> {
        if request.method() != Method::GET {
            return Err(Problem::BadHandshakeMethod);
        }
        let keep = &self.options.keep_headers;
        let handshake = Handshake::new(&request, address, self.clock.now(), keep);
        (self.options.gate)(&handshake).map_err(Problem::Forbidden)?;
        if self.sessions().len() >= self.options.sessions {
            return Err(Problem::Overloaded);
        }
        match transport {
            Transport::WebSocket => socket::open(self, handshake, &mut request),
            Transport::Polling => {
                let session = self.begin(handshake, self.hub.link_to_fetch(), transport);
                Ok(polling::first(&session, &self.options))
            }
        }
    }

    /// A new session, with the packet that says so already on its way.
    pub fn begin(
        self: &Arc<Self>,
        handshake: Handshake,
        link: Arc<Link>,
        transport: Transport,
    ) -> Arc<Session> {
        let id = random_id();
        let handshake = Arc::new(handshake);
        let session = Session::new(Arc::clone(&id), handshake, link, self, transport);
        self.sessions().insert(id, Arc::clone(&session));
        session.send_text(&polling::opening(&session, &self.options, transport));
        session.set_client(self.app.open(Arc::clone(&session)));
        self.pulse.add(&session, session.first_beat());
        session
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("sessions", &self.sessions()).finish_non_exhaustive()
    }
}

/// A 101 with its headers.
pub(super) fn switching(headers: http::HeaderMap) -> Answer {
    let mut answer: Response<_> = answer::empty(http::StatusCode::SWITCHING_PROTOCOLS);
    *answer.headers_mut() = headers;
    answer
}

//! What all items of one request have in common, found out once.

use std::cell::RefCell;
use std::sync::Arc;

use model::{Event, KeyKind, Millis, Pressure, Project, ProjectId, Source};

use crate::Request;
use crate::decode::fields::Problem;
use crate::decode::{Json, Limits, Obj, json};
use crate::normalise::agent::{Agent, Agents};
use crate::normalise::id::Twins;
use crate::protect::scrub::Scrubber;
use crate::protect::{Caller, Consent, address, pseudonym};
use crate::receive::Receiver;

pub(crate) struct Scene<'r> {
    pub project: &'r Project,
    pub caller: &'r Caller,
    pub source: Source,
    pub received_at: Millis,
    pub consent: Consent,
    pub ip_prefix: String,
    pub agent: Arc<Agent>,
    pub agents: &'r Agents,
    pub limits: Limits,
    pub pressure: Pressure,
    pub scrub: Scrubber<'r>,
    pub twins: RefCell<Twins>,
    /// The last user that was pseudonymised: batches are mostly about one.
    last_user: RefCell<(String, String)>,
}

impl<'r> Scene<'r> {
    pub fn new(
        receiver: &Receiver<'r>,
        caller: &'r Caller,
        source: Source,
        request: &Request,
        consent: Consent,
    ) -> Self {
        let project: &Project = &caller.project;
        let agents = receiver.agents;
        let ip_prefix = match consent {
            Consent::Full => address::prefix(request.ip),
            _ => String::new(),
        };
        // A back end's own User-Agent says nothing about the users it speaks for.
        let agent = match caller.key.kind {
            KeyKind::Secret => Arc::default(),
            _ => agents.read(request.headers.user_agent.as_deref().unwrap_or_default()),
        };
        Scene {
            project,
            caller,
            source,
            received_at: request.received_at,
            consent,
            ip_prefix,
            agent,
            agents,
            limits: receiver.limits(),
            pressure: receiver.pressure,
            scrub: Scrubber { project },
            twins: RefCell::default(),
            last_user: RefCell::default(),
        }
    }

    pub fn project_id(&self) -> ProjectId {
        self.project.id
    }

    /// An item as an object; everything else is no item.
    pub fn object<'a>(&self, raw: &'a str) -> Result<Obj<'a>, Problem> {
        use model::Reason;
        match json::parse(raw, self.limits) {
            Ok(Json::Obj(obj)) => Ok(obj),
            Ok(_) => Err(Problem::new(Reason::Schema, "an item must be an object")),
            Err(json::JsonError::TooComplex) => {
                Err(Problem::new(Reason::TooComplex, "nested deeper or wider than allowed"))
            }
            Err(json::JsonError::Malformed(_)) => {
                Err(Problem::new(Reason::Malformed, "not valid JSON"))
            }
        }
    }

    /// An event with what the request itself says.
    pub fn event(&self) -> Event {
        let mut event = Event {
            project: self.project.id,
            source: Some(self.source),
            received_at: self.received_at,
            ip_prefix: self.ip_prefix.clone(),
            sample_rate: 1.0,
            ..Event::default()
        };
        self.agent.apply(&mut event);
        event
    }

    /// The environment: a key that is bound to one decides.
    pub fn env(&self, claimed: String) -> String {
        self.caller.key.env.clone().unwrap_or(claimed)
    }

    /// Who it is about, as the project keeps it. A verified token wins over what an item claims.
    pub fn user(&self, claimed: &str) -> String {
        if self.consent != Consent::Full {
            return String::new();
        }
        let raw = if self.caller.user.is_empty() { claimed } else { &self.caller.user };
        if raw.is_empty() {
            return String::new();
        }
        let mut last = self.last_user.borrow_mut();
        if last.0 != raw {
            *last = (raw.to_owned(), pseudonym::user_pseudonym(self.project, raw));
        }
        last.1.clone()
    }

    /// A visitor's or session's id.
    pub fn personal_id(&self, claimed: String) -> String {
        match self.consent {
            Consent::Full => self.id(claimed),
            _ => String::new(),
        }
    }

    /// An id that points at nobody, unless someone put an address into it.
    pub fn id(&self, claimed: String) -> String {
        pseudonym::identifier(&self.project.salt, &claimed)
    }

    pub fn role(&self, claimed: String) -> String {
        if self.caller.role.is_empty() { claimed } else { self.caller.role.clone() }
    }
}

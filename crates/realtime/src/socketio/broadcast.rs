use std::sync::Arc;

use super::packet::{Args, EncodeError, IntoArgs};
use crate::hub::history::Keep;
use crate::hub::lanes::Priority;
use crate::hub::{Audience, Body, Hub, Overloaded, Publication, Scope};
use crate::native::json::Kind;

/// To whom, and how. Ends with [`Broadcast::emit`].
#[derive(Debug, Clone)]
#[must_use = "nothing is said before `emit`"]
pub struct Broadcast {
    hub: Hub,
    scope: Arc<Scope>,
    audience: Audience,
    keep: Option<Keep>,
    volatile: bool,
    priority: Priority,
}

#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
}

impl Broadcast {
    pub(super) fn new(hub: &Hub, scope: &Arc<Scope>, keep: Option<Keep>) -> Self {
        Broadcast {
            hub: hub.clone(),
            scope: Arc::clone(scope),
            audience: Audience::everybody(),
            keep,
            volatile: false,
            priority: Priority::Normal,
        }
    }

    /// Also to whoever is in this room; one copy for who is in several.
    pub fn to(mut self, room: &str) -> Self {
        self.audience = self.audience.to(room);
        self
    }

    /// Not to whoever is in this room. A socket's id is a room.
    pub fn except(mut self, room: &str) -> Self {
        self.audience = self.audience.except(room);
        self
    }

    /// Whoever cannot take it at once goes without.
    pub fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }

    /// Overtakes what waits.
    pub fn urgent(mut self) -> Self {
        self.priority = Priority::High;
        self
    }

    pub fn emit(self, name: &str, values: impl IntoArgs) -> Result<(), EmitError> {
        let args = Args::event(name, values)?;
        let mut publication = Publication::new(self.scope, self.audience, body(name, &args));
        publication.keep = self.keep.filter(|_| !self.volatile);
        publication.volatile = self.volatile;
        publication.priority = self.priority;
        Ok(self.hub.publish(publication)?)
    }
}

pub(super) fn body(name: &str, args: &Args) -> Body {
    let list: Vec<&str> = args.iter().collect();
    Body {
        name: name.into(),
        args: list.join(",").into(),
        arity: list.len(),
        attachments: args.attachments().into(),
        kind: Kind::System,
    }
}

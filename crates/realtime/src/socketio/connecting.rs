use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Extensions;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::handshake::Handshake;

/// Somebody at the door of a namespace. Clones are the same one.
#[derive(Clone)]
pub struct Connecting(Arc<Inner>);

struct Inner {
    namespace: Arc<str>,
    handshake: Arc<Handshake>,
    auth: Option<Box<RawValue>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tenant: Arc<str>,
    data: Extensions,
    rooms: Vec<Arc<str>>,
}

/// What the entrances have found out, and what the socket begins with.
pub(super) struct Admitted {
    pub tenant: Arc<str>,
    pub data: Extensions,
    pub rooms: Vec<Arc<str>>,
}

impl Connecting {
    pub(super) fn new(
        namespace: Arc<str>,
        handshake: Arc<Handshake>,
        auth: Option<Box<RawValue>>,
    ) -> Self {
        Connecting(Arc::new(Inner { namespace, handshake, auth, state: Mutex::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn namespace(&self) -> &str {
        &self.0.namespace
    }

    pub fn handshake(&self) -> &Handshake {
        &self.0.handshake
    }

    /// What the client gave as `auth`, as JSON; an empty object if nothing.
    pub fn auth_json(&self) -> &str {
        self.0.auth.as_ref().map_or("{}", |auth| auth.get())
    }

    pub fn auth<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.auth_json())
    }

    /// Whose rooms these are. Without, there is one world for all.
    pub fn set_tenant(&self, tenant: &str) {
        self.state().tenant = tenant.into();
    }

    /// Kept with the socket; one of each type.
    pub fn insert<T: Any + Clone + Send + Sync>(&self, value: T) {
        self.state().data.insert(value);
    }

    /// In which the socket is from the beginning.
    pub fn join(&self, room: &str) {
        self.state().rooms.push(room.into());
    }

    pub(super) fn admitted(&self) -> Admitted {
        let State { tenant, data, rooms } = std::mem::take(&mut *self.state());
        Admitted { tenant, data, rooms }
    }
}

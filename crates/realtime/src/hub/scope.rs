use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A world of its own: rooms of the same name in two scopes have nothing to do with each other.
/// The product makes one per project and Socket.IO namespace.
#[derive(Debug, PartialEq, Eq)]
pub struct Scope {
    pub(super) id: u64,
    /// Whose it is: a project, or nothing where there are none.
    pub tenant: Arc<str>,
    /// As Socket.IO writes it on the wire.
    pub namespace: Arc<str>,
}

/// The scopes that somebody holds on to. Names of dynamic namespaces come from clients, so the
/// others are forgotten.
#[derive(Debug, Default)]
pub struct Scopes(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    scopes: HashMap<(Arc<str>, Arc<str>), Weak<Scope>>,
    last: u64,
    /// When the forgotten ones are next looked for.
    crowd: usize,
}

impl Scopes {
    pub fn of(&self, tenant: &str, namespace: &str) -> Arc<Scope> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key: (Arc<str>, Arc<str>) = (tenant.into(), namespace.into());
        if let Some(scope) = known.scopes.get(&key).and_then(Weak::upgrade) {
            return scope;
        }
        if known.scopes.len() >= known.crowd {
            known.scopes.retain(|_, scope| scope.strong_count() > 0);
            known.crowd = (known.scopes.len() * 2).max(64);
        }
        known.last += 1;
        let (tenant, namespace) = key.clone();
        let scope = Arc::new(Scope { id: known.last, tenant, namespace });
        known.scopes.insert(key, Arc::downgrade(&scope));
        scope
    }
}

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Clock;

use super::Gate;
use crate::hub::Hub;
use crate::net::pulse::Pulse;
use crate::registry::Registry;

/// What every door stands on.
#[derive(Clone)]
pub struct Premises {
    pub hub: Hub,
    pub pulse: Pulse,
    pub clock: Arc<dyn Clock>,
    pub registry: Registry,
    pub gate: Arc<dyn Gate>,
}

impl Premises {
    /// Unguessable: whoever knows an id knows a room.
    pub(crate) fn new_id() -> Arc<str> {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 15]>()).into()
    }
}

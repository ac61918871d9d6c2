use std::sync::Arc;

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

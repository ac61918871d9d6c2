//! One way of saying things, whoever said them. Shared by all signals.

pub(crate) mod agent;
pub(crate) mod fingerprint;
pub(crate) mod id;
pub(crate) mod path;
pub(crate) mod sample;
pub(crate) mod time;

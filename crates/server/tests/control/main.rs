//! The control plane through HTTP: the real router, a temporary store, a clock that the tests
//! move.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod access;
mod audit;
mod backups;
mod http;
mod keys;
mod logs;
mod projects;
mod revocations;
mod sign_in;
mod support;
mod tickets;
mod token_keys;

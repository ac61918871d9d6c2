//! Live connections through real sockets: who gets in, what they hear, and how operators see and
//! end them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bad_messages;
mod closing;
mod connections;
mod entrance;
mod figures;
mod identities;
mod publish;
mod repetitions;
mod support;

//! One file per command: its options and what it does.

pub mod config;
pub mod create_admin;
pub mod healthcheck;
pub mod serve;

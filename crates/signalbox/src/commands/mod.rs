//! One file per command: its options and what it does.

pub mod backup;
pub mod config;
pub mod create_admin;
pub mod demo;
pub mod healthcheck;
pub mod migrate;
pub mod restore;
pub mod serve;
pub mod verify_backup;

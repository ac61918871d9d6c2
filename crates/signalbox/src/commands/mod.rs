//! One file per command: its options and what it does.

pub mod config;

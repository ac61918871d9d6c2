//! The real binary, from outside: how it starts, stops, refuses and keeps quiet.

mod backup;
mod commands;
mod lifecycle;
mod secrets;
mod server;

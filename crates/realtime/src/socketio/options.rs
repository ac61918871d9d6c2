use std::time::Duration;

use super::packet;
use crate::limits::{Patience, Rate};

#[derive(Debug, Clone)]
pub struct SocketIoOptions {
    /// For a client to connect to a namespace; silent ones are closed.
    pub connect_timeout: Duration,
    pub packets: packet::Limits,
    /// Namespaces of one connection.
    pub namespaces: usize,
    /// Handlers of one connection that may be under way; beyond, it is not read from.
    pub handlers: usize,
    /// Acknowledgements that one socket may owe.
    pub acks: usize,
    /// Rooms of one socket, its own not counted.
    pub rooms: usize,
    /// Events and acknowledgements of one connection; `None`: as many as it likes.
    pub messages: Option<Rate>,
    pub patience: Patience,
}

impl Default for SocketIoOptions {
    fn default() -> Self {
        SocketIoOptions {
            connect_timeout: Duration::from_secs(45),
            packets: packet::Limits::default(),
            namespaces: 32,
            handlers: 64,
            acks: 1024,
            rooms: 256,
            messages: None,
            patience: Patience::default(),
        }
    }
}

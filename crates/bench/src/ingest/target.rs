use std::net::SocketAddr;

use crate::error::BenchError;

/// A server under load, as a child process so that its CPU and memory are its own.
pub trait Target {
    fn name(&self) -> &'static str;
    fn address(&self) -> SocketAddr;
    fn pid(&self) -> u32;
    /// What goes into `X-API-Key`.
    fn key(&self) -> &str;
    /// Returns when everything acknowledged can be queried.
    fn settle(&mut self) -> Result<(), BenchError>;
    /// Rows that can be queried.
    fn stored(&mut self) -> Result<u64, BenchError>;
}

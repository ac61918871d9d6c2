//! Engine.IO v4: packets, payloads, and the sessions that carry them.

pub mod packet;
pub mod payload;

#[cfg(test)]
mod tests;

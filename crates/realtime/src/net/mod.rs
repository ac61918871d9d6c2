//! A WebSocket connection from the first byte after its handshake to the last.

mod drive;
mod finish;
pub mod pulse;
mod raw;
mod upgrade;

pub use drive::{Heard, Speaker, drive};
pub use raw::{Echo, RawLimits, accept};
pub use upgrade::{Pending, take_over};

//! Server-Sent Events: rooms over plain HTTP, one way, resumable by `Last-Event-ID`.

mod door;
mod events;
mod lines;
mod listener;
mod options;
mod problem;

pub use door::Door;
pub use events::Events;
pub use lines::event_lines;
pub use options::Options;

//! Server-Sent Events: a room over plain HTTP, one way, resumable by `Last-Event-ID`.

mod events;
mod lines;

pub use events::Events;
pub use lines::event_lines;

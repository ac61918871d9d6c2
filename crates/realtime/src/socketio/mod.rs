//! Socket.IO v5 on Engine.IO.

pub mod packet;

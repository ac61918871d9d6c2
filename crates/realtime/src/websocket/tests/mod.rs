//! The codec against the examples of its RFCs, against a small client, and against chance.

mod client;
mod deflate;
mod frames;
mod handshake;
mod streams;
mod violations;

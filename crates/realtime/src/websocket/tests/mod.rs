//! The codec against the examples of its RFCs, against a small client, and against chance.

mod handshake;

//! Ingest and data REST over a real socket, from the wire to the ledger and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod bad_bodies;
mod bad_items;
mod credentials;
mod devices;
mod floods;
mod full;
mod ingest;
mod reading;
mod support;

//! Ingest and data REST over a real socket, from the wire to the ledger and back.

mod bad_bodies;
mod bad_items;
mod credentials;
mod floods;
mod full;
mod ingest;
mod reading;
mod support;

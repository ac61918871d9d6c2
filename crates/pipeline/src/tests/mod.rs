//! Tests that go through the whole pipeline up to the inbox.

mod admission;
mod bombs;
mod cost;
mod golden;
mod items;
mod leaks;
mod signing;

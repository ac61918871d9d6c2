use std::fmt::Write;

use bytes::Bytes;

use crate::hub::Event;
use crate::hub::wire::token;

/// An event as its lines. Data are JSON, which has no line breaks of its own.
pub fn event_lines(event: &Event) -> Bytes {
    let data = event.data();
    let mut out = String::with_capacity(data.len() + event.name().len() + 64);
    // Writing to a string does not fail.
    let _ = writeln!(out, "id: {}", token(&event.epoch, event.offset));
    let name: String = event.name().chars().filter(|c| !c.is_control()).collect();
    let _ = writeln!(out, "event: {name}");
    for line in data.split(['\n', '\r']) {
        let _ = writeln!(out, "data: {line}");
    }
    out.push('\n');
    out.into()
}

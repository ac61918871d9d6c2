//! Packets as they are sent. They are put together from JSON text that exists already, so that
//! an event for a thousand connections is serialised and framed once.

use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Kind, Packet};

/// One text in both of its readings: the Socket.IO packet, and the Engine.IO message around it,
/// which has one character more in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire(String);

impl Wire {
    fn new(packet: &Packet<'_>) -> Self {
        use fmt::Write as _;
        // The longest of what is neither namespace nor data: `4`, kind, `64-`, `,`, 20 digits.
        let mut text = String::with_capacity(packet.namespace.len() + packet.data.len() + 26);
        text.push('4');
        write!(text, "{packet}").expect("a string takes whatever is written");
        Wire(text)
    }

    pub fn packet(&self) -> &str {
        &self.0[1..]
    }

    pub fn message(&self) -> &str {
        &self.0
    }

    pub fn into_message(self) -> String {
        self.0
    }
}

/// `json_array` is that of [`Args::json`](super::Args::json); the attachments are sent after it.
pub fn event_text(namespace: &str, id: Option<u64>, attachments: usize, json_array: &str) -> Wire {
    let kind = if attachments > 0 { Kind::BinaryEvent } else { Kind::Event };
    Wire::new(&Packet { kind, namespace, id, data: json_array, attachments })
}

pub fn ack_text(namespace: &str, id: u64, attachments: usize, json_array: &str) -> Wire {
    let kind = if attachments > 0 { Kind::BinaryAck } else { Kind::Ack };
    Wire::new(&Packet { kind, namespace, id: Some(id), data: json_array, attachments })
}

/// Lets a client in. `pid` is what it shows later to recover its state.
pub fn connect_text(namespace: &str, sid: &str, pid: Option<&str>) -> Wire {
    #[derive(Serialize)]
    struct Connected<'a> {
        sid: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<&'a str>,
    }
    plain(Kind::Connect, namespace, &to_json(&Connected { sid, pid }))
}

/// Refuses a client: `err.message` and `err.data` of its `connect_error`.
pub fn connect_error_text(namespace: &str, message: &str, data: Option<&RawValue>) -> Wire {
    #[derive(Serialize)]
    struct Refused<'a> {
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a RawValue>,
    }
    plain(Kind::ConnectError, namespace, &to_json(&Refused { message, data }))
}

pub fn disconnect_text(namespace: &str) -> Wire {
    plain(Kind::Disconnect, namespace, "")
}

/// `["name",1]` becomes `["name",1,"last"]`: the offset of an event that can be recovered.
pub fn append_string(json_array: &str, last: &str) -> String {
    let head = json_array.strip_suffix(']').unwrap_or(json_array);
    let comma = if head.trim_ascii_end().ends_with('[') { "" } else { "," };
    format!("{head}{comma}{}]", to_json(last))
}

fn plain(kind: Kind, namespace: &str, data: &str) -> Wire {
    Wire::new(&Packet { kind, namespace, id: None, data, attachments: 0 })
}

fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("strings and JSON always serialise")
}

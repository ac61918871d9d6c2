use model::Millis;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::native::{ErrorCode, Problem, Refusal};

/// What is said to one connection. What many are told is a [`Push`].
#[derive(Debug)]
pub enum ServerMessage<'a> {
    /// The epoch tells a client that comes back whether its offsets still mean something.
    Welcome {
        epoch: &'a str,
    },
    Pong,
    Echo {
        data: Option<&'a RawValue>,
    },
    Subscribed {
        channels: &'a [String],
        /// Those of them of which something after `since` is no longer known.
        gaps: &'a [String],
        /// What was sent up to here is in the snapshot; pushes with a higher offset follow.
        offset: Option<u64>,
        epoch: Option<&'a str>,
    },
    Unsubscribed {
        channels: &'a [String],
    },
    /// A token was accepted, and holds until then.
    Authenticated {
        expires_at: Option<Millis>,
    },
    Error(&'a Refusal),
    Warning {
        code: ErrorCode,
        message: &'a str,
        dropped: Option<u64>,
    },
}

/// Something that happened, with data that were serialised once for all transports.
#[derive(Debug, Clone)]
pub struct Push<'a> {
    pub event: &'a str,
    pub data: &'a RawValue,
    pub ts: Millis,
    /// To be acknowledged, where delivery is at least once.
    pub request_id: Option<&'a str>,
    pub seq: Option<u64>,
    pub offset: Option<u64>,
    pub epoch: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frame<'a, D> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<D>,
    ts: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<&'a str>,
}

/// All that `data` can carry; each message fills in its own part.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<&'a [String]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gaps: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<ErrorCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: &'a [Problem],
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<u64>,
}

/// Appends a message for one connection to `out`. `request_id` is that of the message it answers;
/// a refusal knows its own.
pub fn write(out: &mut Vec<u8>, ts: Millis, request_id: Option<&str>, message: &ServerMessage<'_>) {
    let frame = |kind| Frame { request_id, ..Frame::new(kind, ts) };
    match *message {
        ServerMessage::Welcome { epoch } => {
            put(out, &Frame { epoch: Some(epoch), ..Frame::<Data<'_>>::new("welcome", ts) });
        }
        ServerMessage::Pong => put(out, &frame("pong")),
        ServerMessage::Echo { data } => {
            put(out, &Frame { data, request_id, ..Frame::new("echo", ts) });
        }
        ServerMessage::Subscribed { channels, gaps, offset, epoch } => {
            let data = Some(Data { channels: Some(channels), gaps, ..Data::default() });
            put(out, &Frame { data, offset, epoch, ..frame("subscribed") });
        }
        ServerMessage::Unsubscribed { channels } => {
            let data = Some(Data { channels: Some(channels), ..Data::default() });
            put(out, &Frame { data, ..frame("unsubscribed") });
        }
        ServerMessage::Authenticated { expires_at } => {
            let data = Some(Data { expires_at, ..Data::default() });
            put(out, &Frame { data, ..frame("authenticated") });
        }
        ServerMessage::Error(refusal) => {
            let request_id = refusal.request_id.as_deref().or(request_id);
            put(
                out,
                &Frame { data: Some(Data::from(refusal)), request_id, ..Frame::new("error", ts) },
            );
        }
        ServerMessage::Warning { code, message, dropped } => {
            let (code, message) = (Some(code), Some(message));
            let data = Some(Data { code, message, dropped, ..Data::default() });
            put(out, &Frame { data, ..frame("warning") });
        }
    }
}

/// Appends a push to `out`.
pub fn write_push(out: &mut Vec<u8>, push: &Push<'_>) {
    let frame = Frame {
        kind: push.event,
        data: Some(push.data),
        ts: push.ts,
        request_id: push.request_id,
        seq: push.seq,
        offset: push.offset,
        epoch: push.epoch,
    };
    put(out, &frame);
}

impl<'a, D> Frame<'a, D> {
    fn new(kind: &'a str, ts: Millis) -> Self {
        Frame { kind, data: None, ts, request_id: None, seq: None, offset: None, epoch: None }
    }
}

impl<'a> From<&'a Refusal> for Data<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        Data {
            code: Some(refusal.code),
            message: Some(&refusal.message),
            problems: &refusal.problems,
            ..Data::default()
        }
    }
}

fn put(out: &mut Vec<u8>, frame: &impl Serialize) {
    serde_json::to_writer(out, frame).expect("plain data, string keys, and memory to write to");
}

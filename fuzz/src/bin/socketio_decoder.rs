//! Texts and attachments in any order: a decoder holds no more than it may, forgets everything at
//! an error, and the arguments that it hands out are those that were sent.
//!
//! Input: messages, separated as in a polling body; those that begin with `b` are binary.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use realtime::socketio::packet::{
    ArgError, Args, Body, Decoder, FeedError, Incoming, Limits, MAX_ATTACHMENTS, ack_text,
    event_text,
};
use serde_json::Value;
use serde_json::value::RawValue;

const SEPARATOR: u8 = 0x1e;
const ATTACHMENT_BYTES: usize = 64;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { attachment_bytes: ATTACHMENT_BYTES, ..Limits::default() };
    let mut decoder = Decoder::default();
    let mut longest = 0;
    for message in data.split(|byte| *byte == SEPARATOR) {
        let before = decoder.awaiting();
        let result = match (message.strip_prefix(b"b"), std::str::from_utf8(message)) {
            (Some(bytes), _) => decoder.binary(Bytes::copy_from_slice(bytes), &limits),
            (None, Ok(text)) => {
                longest = longest.max(text.len());
                decoder.text(text, &limits)
            }
            (None, Err(_)) => continue,
        };
        match &result {
            Ok(None) => assert!(before == 0 || decoder.awaiting() == before - 1),
            Ok(Some(_)) | Err(_) => assert_eq!((decoder.awaiting(), decoder.held_bytes()), (0, 0)),
        }
        assert!(decoder.awaiting() <= MAX_ATTACHMENTS);
        assert!(decoder.held_bytes() <= longest + ATTACHMENT_BYTES);
        check(result);
    }
});

fn check(result: Result<Option<Incoming<'_>>, FeedError>) {
    match result {
        Ok(Some(Incoming { namespace, body: Body::Event { id, args } })) => {
            are_what_was_sent(&args, true);
            let text = event_text(&namespace, id, args.attachments().len(), args.json());
            is_read_again(text.packet(), &namespace, id, &args);
            let name = args.name().expect("an event has a name");
            let rebuilt = Args::event(&name, &args).expect("no reserved name is let in");
            assert_eq!(rebuilt.name(), args.name());
            assert!(rebuilt.iter().eq(args.iter()));
            assert_eq!(rebuilt.attachments(), args.attachments());
        }
        Ok(Some(Incoming { namespace, body: Body::Ack { id, args } })) => {
            are_what_was_sent(&args, false);
            let text = ack_text(&namespace, id, args.attachments().len(), args.json());
            is_read_again(text.packet(), &namespace, Some(id), &args);
        }
        Ok(_) => {}
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Cut into the same pieces as by serde_json, and read as the same values.
fn are_what_was_sent(args: &Args, named: bool) {
    let elements: Vec<&RawValue> = serde_json::from_str(args.json()).expect("a JSON array");
    let (name, values) = elements.split_at(usize::from(named));
    assert_eq!(args.name().is_some(), named);
    for name in name {
        let text = serde_json::from_str(name.get()).unwrap_or_else(|_| name.get().to_owned());
        assert_eq!(args.name().as_deref(), Some(text.as_str()));
    }
    assert_eq!((args.len(), args.is_empty()), (values.len(), values.is_empty()));
    assert!(args.iter().eq(values.iter().map(|value| value.get())));
    for (index, value) in values.iter().enumerate() {
        assert_eq!(args.raw(index), Some(value.get()));
        let read = args.get::<Value>(index).ok();
        assert_eq!(read, serde_json::from_str(value.get()).ok());
    }
    let beyond = args.get::<Value>(values.len());
    assert!(matches!(beyond, Err(ArgError::Missing { index }) if index == values.len()));
}

fn is_read_again(text: &str, namespace: &str, id: Option<u64>, args: &Args) {
    let limits = Limits::default();
    let mut decoder = Decoder::default();
    let mut last = decoder.text(text, &limits).expect("what was read can be sent");
    for bytes in args.attachments() {
        assert!(last.is_none(), "complete before its last attachment");
        last = decoder.binary(bytes.clone(), &limits).expect("an attachment that was read");
    }
    let again = last.expect("complete with its last attachment");
    let (again_id, again_args) = match again.body {
        Body::Event { id, args } => (id, args),
        Body::Ack { id, args } => (Some(id), args),
        other => panic!("{other:?} is another kind"),
    };
    assert_eq!((again.namespace.as_ref(), again_id), (namespace, id));
    assert_eq!(again_args.json(), args.json());
    assert_eq!(again_args.attachments(), args.attachments());
}

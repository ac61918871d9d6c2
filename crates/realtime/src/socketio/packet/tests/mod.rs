mod args;
mod assembly;
mod decode;
mod encode;
mod properties;
mod stock;

use bytes::Bytes;

use super::{Body, Decoder, FeedError, Incoming, Limits};

/// Feeds a packet with its attachments, of which only the last may complete it.
fn assemble<'a>(text: &'a str, attachments: &[Bytes]) -> Result<Incoming<'a>, FeedError> {
    let limits = Limits::default();
    let mut decoder = Decoder::default();
    let mut complete = decoder.text(text, &limits)?;
    for bytes in attachments {
        assert!(complete.is_none(), "complete before its last attachment: {text}");
        complete = decoder.binary(bytes.clone(), &limits)?;
    }
    assert_eq!(decoder.awaiting(), 0, "{text}");
    assert_eq!(decoder.held_bytes(), 0);
    Ok(complete.expect("all attachments are there"))
}

fn event(text: &str, attachments: &[Bytes]) -> super::Args {
    match assemble(text, attachments).expect("well-formed").body {
        Body::Event { args, .. } => args,
        other => panic!("not an event: {other:?}"),
    }
}

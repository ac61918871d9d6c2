use model::Stored;

/// Version of the payload layout. Postcard has no field names: whoever changes a stored struct
/// raises this and keeps a decoder for what may still lie in an inbox.
const VERSION: u8 = 1;

#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    #[error("payload version {0} is unknown")]
    Version(u8),
    #[error("payload is empty")]
    Empty,
    #[error("payload: {0}")]
    Layout(#[from] postcard::Error),
    #[error("frame {0} is cut short")]
    Truncated(usize),
}

/// The payload of an [`super::Item`].
pub fn encode(stored: &Stored) -> Vec<u8> {
    // Serialising plain data into a growing vector has no way to fail; an empty payload would be
    // set aside by the mover, loudly, rather than panic here.
    postcard::to_extend(stored, vec![VERSION]).unwrap_or_default()
}

pub fn decode(payload: &[u8]) -> Result<Stored, CodecError> {
    match payload.split_first() {
        None => Err(CodecError::Empty),
        Some((&VERSION, body)) => Ok(postcard::from_bytes(body)?),
        Some((&version, _)) => Err(CodecError::Version(version)),
    }
}

/// Appends one length-prefixed frame.
pub(crate) fn push_frame(frames: &mut Vec<u8>, payload: &[u8]) {
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    frames.extend_from_slice(&len.to_le_bytes());
    frames.extend_from_slice(payload);
}

/// The frames of a batch, in order. A cut-off tail is one error, and the last item.
pub(crate) fn frames(blob: &[u8]) -> impl Iterator<Item = Result<&[u8], CodecError>> {
    let mut rest = blob;
    let mut index = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let frame = rest.split_first_chunk::<4>().and_then(|(len, after)| {
            after.split_at_checked(usize::try_from(u32::from_le_bytes(*len)).ok()?)
        });
        let Some((payload, after)) = frame else {
            rest = &[];
            return Some(Err(CodecError::Truncated(index)));
        };
        rest = after;
        index += 1;
        Some(Ok(payload))
    })
}

#[cfg(test)]
mod tests {
    use model::{Event, Heartbeat, LogEntry};

    use super::*;

    #[test]
    fn payloads_come_back() {
        for stored in [
            Stored::Events(vec![Event { name: "a".into(), ..Event::default() }; 2]),
            Stored::Log(LogEntry { message: "日志".into(), ..LogEntry::default() }),
            Stored::Heartbeat(Heartbeat { device: "d".into(), ..Heartbeat::default() }),
        ] {
            assert_eq!(decode(&encode(&stored)).expect("decodes"), stored);
        }
        assert!(matches!(decode(&[9, 1]), Err(CodecError::Version(9))));
        assert!(matches!(decode(&[]), Err(CodecError::Empty)));
    }

    #[test]
    fn a_cut_blob_gives_what_is_whole_and_one_error() {
        let mut blob = Vec::new();
        push_frame(&mut blob, b"one");
        push_frame(&mut blob, b"");
        push_frame(&mut blob, b"three");
        let whole: Vec<_> = frames(&blob).map(|f| f.expect("whole").to_vec()).collect();
        assert_eq!(whole, [b"one".to_vec(), b"".to_vec(), b"three".to_vec()]);
        blob.pop();
        let cut: Vec<_> = frames(&blob).collect();
        assert_eq!(cut.len(), 3);
        assert!(matches!(cut[2], Err(CodecError::Truncated(2))));
    }
}

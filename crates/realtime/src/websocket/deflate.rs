//! The bodies of permessage-deflate (RFC 7692). Without context takeover each message is
//! compressed by itself, so one compressor per thread serves every connection, and one compressed
//! message every subscriber.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The empty block with which a sync flush ends; it is left out on the wire.
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];
/// What is allowed to follow a block that calls itself the last.
const PADDING: u8 = 0x00;
const FIRST_GUESS: usize = 512;

thread_local! {
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    #[error("the inflated message is too big")]
    TooBig,
    #[error("the compressed data is damaged")]
    Damaged,
}

/// `None` when the result would not be smaller than the message, which is then better sent as it is.
pub fn compress(message: &[u8]) -> Option<Vec<u8>> {
    COMPRESS.with_borrow_mut(|deflater| {
        deflater.reset();
        let too_long = message.len() + TAIL.len();
        let mut out = Vec::with_capacity(too_long);
        deflater.compress_vec(message, &mut out, FlushCompress::Sync).ok()?;
        let whole = deflater.total_in() == message.len() as u64 && out.ends_with(&TAIL);
        (whole && out.len() < too_long).then(|| {
            out.truncate(out.len() - TAIL.len());
            out
        })
    })
}

/// Inflates to at most `max` bytes; nothing larger is allocated on the way.
pub fn inflate(deflated: &[u8], max: usize) -> Result<Vec<u8>, InflateError> {
    DECOMPRESS.with_borrow_mut(|inflater| {
        // Also clears the window: a copy from before the beginning finds nothing of the message
        // that was inflated last, which may be another connection's.
        inflater.reset(false);
        let mut out = Vec::new();
        match drain(inflater, deflated, &mut out, max)? {
            None => drain(inflater, &TAIL, &mut out, max).map(|_| out),
            // A sender that cannot flush may end with a final block instead. Starting afresh after
            // it is not offered: a message of a million final blocks would cost a million resets.
            Some([] | [PADDING]) => Ok(out),
            Some(_) => Err(InflateError::Damaged),
        }
    })
}

/// Inflates all of `input`, or up to a final block: then what follows it is returned.
fn drain<'a>(
    inflater: &mut Decompress,
    mut input: &'a [u8],
    out: &mut Vec<u8>,
    max: usize,
) -> Result<Option<&'a [u8]>, InflateError> {
    loop {
        if out.len() == out.capacity() {
            // One byte over the limit, to see whether there is more.
            let room = (max - out.len()).saturating_add(1);
            out.reserve_exact(room.min(out.len().max(FIRST_GUESS)));
        }
        let before = (inflater.total_in(), inflater.total_out());
        let status = inflater
            .decompress_vec(input, out, FlushDecompress::None)
            .map_err(|_| InflateError::Damaged)?;
        let after = (inflater.total_in(), inflater.total_out());
        let read = usize::try_from(after.0 - before.0).unwrap_or(usize::MAX);
        input = input.get(read..).unwrap_or_default();
        if out.len() > max {
            return Err(InflateError::TooBig);
        }
        if status == Status::StreamEnd {
            return Ok(Some(input));
        }
        if input.is_empty() && out.len() < out.capacity() {
            return Ok(None);
        }
        if after == before {
            return Err(InflateError::Damaged);
        }
    }
}

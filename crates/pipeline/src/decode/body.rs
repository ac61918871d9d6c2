//! From the body as received to text, with a ceiling after every layer.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use model::Reason;

use crate::{Method, Refusal, Request};

/// Real traffic compresses up to about 50 : 1; bombs go to 1000 : 1.
const MAX_RATIO: usize = 200;
/// Below this a ratio says nothing.
const RATIO_FLOOR: usize = 256 << 10;
const MAX_LAYERS: usize = 2;

/// The JSON text of a request: its body, or the `data` parameter of an image request.
pub(crate) fn text(request: &Request, max_bytes: usize) -> Result<Cow<'_, str>, Refusal> {
    let bytes = match request.method {
        Method::Get => return image(&request.query, max_bytes),
        Method::Post => inflate(request, max_bytes)?,
    };
    let text = match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    };
    let text = text.ok_or_else(|| Refusal::new(Reason::Malformed, "the body is not UTF-8"))?;
    Ok(super::text::tidy(text))
}

fn image(query: &str, max_bytes: usize) -> Result<Cow<'_, str>, Refusal> {
    let data = super::text::parameter(query, "data")
        .ok_or_else(|| Refusal::new(Reason::Malformed, "no data parameter").field("data"))?;
    if data.len() > max_bytes {
        return Err(too_large(max_bytes));
    }
    Ok(super::text::tidy(Cow::Owned(data)))
}

fn inflate(request: &Request, max_bytes: usize) -> Result<Cow<'_, [u8]>, Refusal> {
    let mut body = Cow::Borrowed(request.body.as_ref());
    if body.len() > max_bytes {
        return Err(too_large(max_bytes));
    }
    let encodings = request.headers.content_encoding.as_deref().unwrap_or_default();
    let layers = encodings.split(',').map(str::trim).filter(|e| !e.is_empty());
    for (n, encoding) in layers.rev().enumerate() {
        if n == MAX_LAYERS {
            return Err(Refusal::new(Reason::TooComplex, "too many content encodings")
                .field("content-encoding"));
        }
        body = match encoding.to_ascii_lowercase().as_str() {
            "identity" => body,
            "gzip" | "x-gzip" => Cow::Owned(gunzip(&body, max_bytes)?),
            "deflate" => Cow::Owned(undeflate(&body, max_bytes)?),
            _ => {
                return Err(Refusal::new(
                    Reason::Malformed,
                    "only gzip and deflate are understood",
                )
                .field("content-encoding"));
            }
        };
    }
    // A beacon cannot name its encoding; no JSON begins like this.
    if body.starts_with(&[0x1f, 0x8b]) {
        body = Cow::Owned(gunzip(&body, max_bytes)?);
    }
    Ok(body)
}

fn gunzip(body: &[u8], max_bytes: usize) -> Result<Vec<u8>, Refusal> {
    read(MultiGzDecoder::new(body), body.len(), max_bytes)
}

fn undeflate(body: &[u8], max_bytes: usize) -> Result<Vec<u8>, Refusal> {
    read(ZlibDecoder::new(body), body.len(), max_bytes)
}

fn read(reader: impl Read, packed: usize, max_bytes: usize) -> Result<Vec<u8>, Refusal> {
    unpack(reader, packed, max_bytes).map_err(|e| match e {
        UnpackError::TooLarge => too_large(max_bytes),
        UnpackError::Ratio => Refusal::new(Reason::TooLarge, "compressed beyond reason"),
        UnpackError::Damaged => {
            Refusal::new(Reason::Malformed, "the body is not what content-encoding says")
                .field("content-encoding")
        }
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnpackError {
    TooLarge,
    Ratio,
    Damaged,
}

/// Reads at most `max_bytes` out of a decompressor that was given `packed` bytes.
pub(crate) fn unpack(
    reader: impl Read,
    packed: usize,
    max_bytes: usize,
) -> Result<Vec<u8>, UnpackError> {
    let by_ratio = packed.saturating_mul(MAX_RATIO).max(RATIO_FLOOR);
    let cap = max_bytes.min(by_ratio);
    let mut out = Vec::with_capacity(packed.saturating_mul(4).min(cap));
    let mut limited = reader.take(cap as u64 + 1);
    limited.read_to_end(&mut out).map_err(|_| UnpackError::Damaged)?;
    if out.len() <= cap {
        return Ok(out);
    }
    Err(if cap == max_bytes { UnpackError::TooLarge } else { UnpackError::Ratio })
}

fn too_large(max_bytes: usize) -> Refusal {
    Refusal::new(Reason::TooLarge, format!("the body exceeds {max_bytes} bytes"))
}

//! base64 → gzip → base64 → JSON, as web-see packs it, with a cap after every layer. Layers that
//! are not there are not missed.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{GzDecoder, ZlibDecoder};
use model::Reason;

use crate::decode::Json;
use crate::decode::body::{UnpackError, unpack};
use crate::decode::fields::Problem;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn problem(reason: Reason, detail: &'static str) -> Problem {
    Problem::at(reason, "events", detail)
}

pub(super) fn segment(value: Option<Json<'_>>, max_bytes: usize) -> Result<String, Problem> {
    let text = match value {
        Some(Json::Str(text)) => text,
        Some(list @ Json::Arr(_)) => Cow::Owned(list.to_text()),
        Some(_) => return Err(problem(Reason::Schema, "must be a list or an encoded string")),
        None => return Err(problem(Reason::Schema, "is missing")),
    };
    // Base64 takes four bytes for three, and the layer below may be base64 again.
    let cap = max_bytes.saturating_add(max_bytes / 2);
    if text.len() > cap {
        return Err(problem(Reason::TooLarge, "exceeds the limit of a recording"));
    }
    let json = if is_json(text.as_bytes()) {
        text.into_owned()
    } else {
        let packed = unbase64(text.as_bytes())?;
        let inner = inflate(packed, cap)?;
        let json = if is_json(&inner) { inner } else { unbase64(&inner)? };
        let invalid = |_| problem(Reason::Malformed, "is not UTF-8 after decoding");
        String::from_utf8(json).map_err(invalid)?
    };
    if json.len() > max_bytes {
        return Err(problem(Reason::TooLarge, "exceeds the limit of a recording"));
    }
    Ok(json)
}

fn is_json(bytes: &[u8]) -> bool {
    bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[')
}

fn unbase64(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    BASE64.decode(bytes.trim_ascii()).map_err(|_| problem(Reason::Malformed, "is not base64"))
}

fn inflate(packed: Vec<u8>, cap: usize) -> Result<Vec<u8>, Problem> {
    let len = packed.len();
    let unpacked = match packed.as_slice() {
        [0x1f, 0x8b, ..] => unpack(GzDecoder::new(packed.as_slice()), len, cap),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {
            unpack(ZlibDecoder::new(packed.as_slice()), len, cap)
        }
        _ => return Ok(packed),
    };
    unpacked.map_err(|e| match e {
        UnpackError::Damaged => problem(Reason::Malformed, "is not gzip inside"),
        UnpackError::TooLarge => problem(Reason::TooLarge, "exceeds the limit of a recording"),
        UnpackError::Ratio => problem(Reason::TooLarge, "compressed beyond reason"),
    })
}

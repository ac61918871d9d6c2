use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Millis;

use crate::query::QueryError;

/// Where a page ended. It also keeps where the list began to look, so that a relative range
/// does not move from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub ts: Millis,
    pub rowseq: i64,
    pub from: Millis,
}

impl Cursor {
    pub fn write(self) -> String {
        let mut bytes = Vec::with_capacity(24);
        for part in [self.ts, self.rowseq, self.from] {
            bytes.extend_from_slice(&part.to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn read(text: &str) -> Result<Cursor, QueryError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let (parts, rest) = bytes.as_chunks::<8>();
        match parts {
            [ts, rowseq, from] if rest.is_empty() => Ok(Cursor {
                ts: i64::from_be_bytes(*ts),
                rowseq: i64::from_be_bytes(*rowseq),
                from: i64::from_be_bytes(*from),
            }),
            _ => Err(QueryError::invalid("cursor", "is not one that a page gave")),
        }
    }
}

use model::Reason;

use crate::decode::fields::Problem;

/// Three is zstd's own default: half the size of gzip at a fraction of the time.
const LEVEL: i32 = 3;

pub(super) fn compress(json: &[u8]) -> Result<Vec<u8>, Problem> {
    zstd::bulk::compress(json, LEVEL)
        .map_err(|_| Problem::at(Reason::StoreError, "events", "could not be compressed"))
}

//! Nothing is inflated beyond the limit, nothing is left over for the next message, and what was
//! compressed here comes back.
//!
//! Input: the limit in two bytes, the compressed data.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use realtime::websocket::deflate::{InflateError, compress, inflate};

/// The inflater's window; a copy reaches no further back.
const WINDOW: usize = 1 << 15;
/// Fills the window with what no other message says.
static OTHER: LazyLock<Vec<u8>> =
    LazyLock::new(|| compress(&[b'S'; WINDOW]).expect("one letter compresses well"));

fuzz_target!(|data: &[u8]| {
    let Some((max, deflated)) = data.split_first_chunk() else { return };
    let max = usize::from(u16::from_be_bytes(*max));
    let first = inflate(deflated, max);
    if let Ok(out) = &first {
        assert!(out.len() <= max && out.capacity() <= max + 1);
        assert_eq!(inflate(deflated, out.len()).as_ref(), Ok(out), "an exact limit is enough");
        if let Some(less) = out.len().checked_sub(1) {
            assert_eq!(inflate(deflated, less), Err(InflateError::TooBig));
        }
    }
    assert_eq!(inflate(&OTHER, WINDOW).map(|out| out.len()), Ok(WINDOW));
    assert_eq!(inflate(deflated, max), first, "another message before it changes nothing");

    if let Some(compressed) = compress(deflated) {
        assert!(compressed.len() <= deflated.len());
        assert_eq!(inflate(&compressed, deflated.len()).as_deref(), Ok(deflated));
    }
});

//! A business event that is let in is an object with a time, keeps every field, and is not changed
//! when it is published again.
//!
//! Input: a byte for the event, the payload.
#![no_main]

use fuzz::is_fit_to_be_answered;
use libfuzzer_sys::fuzz_target;
use realtime::native::business::{BusinessEvent, normalise};
use serde_json::{Map, Value};

const NOW: i64 = 1_706_941_200_000;
/// `user:` and the longest id.
const LONGEST_ROOM: usize = 5 + 128 * 4;

fuzz_target!(|data: &[u8]| {
    let Some((&event, payload)) = data.split_first() else { return };
    let event = BusinessEvent::ALL[usize::from(event) % BusinessEvent::ALL.len()];
    let first = match normalise(event, payload, NOW) {
        Ok(normalised) => normalised,
        Err(refusal) => return is_fit_to_be_answered(&refusal),
    };
    let sent: Map<String, Value> = serde_json::from_slice(payload).expect("an object came in");
    let mut kept: Map<String, Value> =
        serde_json::from_str(first.data.get()).expect("an object goes out");
    assert!(kept["ts"].is_number());
    if !sent.contains_key("ts") {
        assert_eq!(kept.remove("ts"), Some(NOW.into()));
    }
    assert_eq!(kept, sent);
    assert!(first.rooms.len() <= 2 && first.rooms.iter().all(|room| room.len() <= LONGEST_ROOM));

    let again = normalise(event, first.data.get().as_bytes(), NOW + 1).expect("still valid");
    assert_eq!((again.data.get(), again.rooms), (first.data.get(), first.rooms));
});

//! What several targets check.

use realtime::native::json::{self, Envelope};
use realtime::native::{Refusal, Version, simple};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Twenty problems with texts of ours, and three texts of the sender's that were cut.
const LARGEST_ANSWER: usize = 8192;

/// Whatever was sent, the answer is small, JSON in both protocols, and has a way to end it.
pub fn is_fit_to_be_answered(refusal: &Refusal) {
    let mut answers = [Vec::new(), Vec::new()];
    let envelope =
        Envelope { id: Uuid::nil(), timestamp: 0, version: Version::V1_1, direction: true };
    json::write(&mut answers[0], envelope, &json::ServerMessage::Error(refusal));
    simple::write(&mut answers[1], 0, None, &simple::ServerMessage::Error(refusal));
    for answer in answers {
        assert!(answer.len() <= LARGEST_ANSWER, "{} bytes of answer", answer.len());
        assert!(serde_json::from_slice::<&RawValue>(&answer).is_ok());
    }
    assert!(!refusal.message.is_empty());
    assert!((1000..5000).contains(&refusal.code.close_code().get()));
}

/// A name of a channel or component.
pub fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.chars().count())
}

use serde::Serialize;

use super::codes::ErrorCode;

/// How much of a text from outside is repeated in an answer.
const SHOWN: usize = 64;

/// Why a message was not acted on, as its sender is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{}: {message}", code.as_str())]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    pub code: ErrorCode,
    pub message: String,
    /// What is wrong, field by field. Empty where the message says it all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// The id of the message that was refused, if it had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One thing that is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `payload.limit`, `data.channels[2]`; empty for the message as a whole.
    pub field: String,
    pub message: String,
}

impl Refusal {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Refusal { code, message: message.into(), problems: Vec::new(), request_id: None }
    }

    pub fn for_request(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }

    /// The fields are those of the object `name` of the message.
    pub(super) fn below(mut self, name: &str) -> Self {
        for problem in &mut self.problems {
            problem.field = format!("{name}.{}", problem.field);
        }
        self
    }

    pub(super) fn unauthenticated() -> Self {
        Refusal::new(ErrorCode::Unauthorized, "Authentication required")
    }

    pub(super) fn unparsable() -> Self {
        Refusal::new(ErrorCode::ParseError, "Failed to parse message")
    }

    pub(super) fn invalid(problems: Vec<Problem>) -> Self {
        let refusal = Refusal::new(ErrorCode::InvalidMessage, "Message is not valid");
        Refusal { problems, ..refusal }
    }
}

impl Problem {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Problem { field: field.into(), message: message.into() }
    }
}

/// The beginning of a text that came from outside: an answer stays small whatever it answers.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

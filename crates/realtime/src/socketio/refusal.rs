use serde::Serialize;

/// Why somebody is not let in, or something is not done. It is told to the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub message: String,
}

impl Refusal {
    pub fn new(message: impl Into<String>) -> Self {
        Refusal { code: None, message: message.into() }
    }

    pub fn coded(code: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal { code: Some(code.into()), message: message.into() }
    }
}

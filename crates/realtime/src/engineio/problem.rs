use http::StatusCode;

use crate::answer::{Answer, json};

/// Why a request is not served, with the codes of the stock server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("Transport unknown")]
    UnknownTransport,
    #[error("Session ID unknown")]
    UnknownSession,
    #[error("Bad handshake method")]
    BadHandshakeMethod,
    #[error("Bad request")]
    BadRequest,
    /// The text is for the client.
    #[error("{0}")]
    Forbidden(String),
    #[error("Unsupported protocol version")]
    UnsupportedVersion,
    #[error("Payload too large")]
    TooLarge,
    #[error("Too many sessions")]
    Overloaded,
}

impl Problem {
    fn code(&self) -> u8 {
        match self {
            Problem::UnknownTransport => 0,
            Problem::UnknownSession => 1,
            Problem::BadHandshakeMethod => 2,
            Problem::BadRequest | Problem::TooLarge => 3,
            Problem::Forbidden(_) | Problem::Overloaded => 4,
            Problem::UnsupportedVersion => 5,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Problem::Forbidden(_) => StatusCode::FORBIDDEN,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub fn answer(&self) -> Answer {
        let body = serde_json::json!({ "code": self.code(), "message": self.to_string() });
        let mut answer = json(self.status(), body.to_string());
        if *self == Problem::Overloaded {
            let soon = http::HeaderValue::from_static("5");
            answer.headers_mut().insert(http::header::RETRY_AFTER, soon);
        }
        answer
    }
}

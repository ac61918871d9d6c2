use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::answer::{Answer, answer};
use crate::gate::GateError;
use crate::registry::LimitError;

/// Why there is no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("a stream is opened with GET")]
    Method,
    #[error("name a room, as in ?room=orders")]
    NoRoom,
    #[error("a stream may have {0} rooms at most")]
    TooManyRooms(usize),
    #[error("not allowed: {0}")]
    Room(String),
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Problem::Method => StatusCode::METHOD_NOT_ALLOWED,
            Problem::NoRoom | Problem::TooManyRooms(_) => StatusCode::BAD_REQUEST,
            Problem::Room(_) => StatusCode::FORBIDDEN,
            Problem::Gate(error) => error.status(),
            Problem::Limit(LimitError::Full) => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Limit(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Problem::Method | Problem::NoRoom | Problem::TooManyRooms(_) => "INVALID_MESSAGE",
            Problem::Room(_) => "FORBIDDEN",
            Problem::Gate(error) => error.code().as_str(),
            Problem::Limit(_) => LimitError::CODE,
        }
    }

    pub fn answer(&self) -> Answer {
        let status = self.status();
        let body = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.to_string(),
            "code": self.code(),
        });
        let mut answer = answer(status, "application/problem+json", body.to_string());
        let headers = answer.headers_mut();
        match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(ALLOW, HeaderValue::from_static("GET"));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        answer
    }
}

//! What can go wrong on `/ws`, as clients are told: error codes, and the close codes they lead to.

use serde::Serialize;

use crate::websocket::CloseCode;

/// The `code` of an error, a warning or a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    ParseError,
    InvalidMessage,
    /// An unknown `type`, of the message or to subscribe to.
    InvalidType,
    UnknownAction,
    MaxConnectionsExceeded,
    Unauthorized,
    Forbidden,
    RateLimited,
    PayloadTooLarge,
    UnsupportedVersion,
    InternalError,
    HeartbeatTimeout,
    QueueOverflow,
}

impl ErrorCode {
    pub const ALL: [ErrorCode; 13] = [
        ErrorCode::ParseError,
        ErrorCode::InvalidMessage,
        ErrorCode::InvalidType,
        ErrorCode::UnknownAction,
        ErrorCode::MaxConnectionsExceeded,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::RateLimited,
        ErrorCode::PayloadTooLarge,
        ErrorCode::UnsupportedVersion,
        ErrorCode::InternalError,
        ErrorCode::HeartbeatTimeout,
        ErrorCode::QueueOverflow,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::ParseError => "PARSE_ERROR",
            ErrorCode::InvalidMessage => "INVALID_MESSAGE",
            ErrorCode::InvalidType => "INVALID_TYPE",
            ErrorCode::UnknownAction => "UNKNOWN_ACTION",
            ErrorCode::MaxConnectionsExceeded => "MAX_CONNECTIONS_EXCEEDED",
            ErrorCode::Unauthorized => "UNAUTHORIZED",
            ErrorCode::Forbidden => "FORBIDDEN",
            ErrorCode::RateLimited => "RATE_LIMITED",
            ErrorCode::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            ErrorCode::UnsupportedVersion => "UNSUPPORTED_VERSION",
            ErrorCode::InternalError => "INTERNAL_ERROR",
            ErrorCode::HeartbeatTimeout => "HEARTBEAT_TIMEOUT",
            ErrorCode::QueueOverflow => "QUEUE_OVERFLOW",
        }
    }

    /// The close code when this always ends the connection; the others are answered, and it lives.
    pub fn closes(self) -> Option<CloseCode> {
        let always = matches!(
            self,
            ErrorCode::MaxConnectionsExceeded
                | ErrorCode::UnsupportedVersion
                | ErrorCode::PayloadTooLarge
                | ErrorCode::HeartbeatTimeout
        );
        always.then(|| self.close_code())
    }

    /// What a connection is closed with when this is why it ends: at once, or because it happened
    /// too often (a flood of bad messages, a reader that stays slow).
    pub fn close_code(self) -> CloseCode {
        match self {
            ErrorCode::ParseError
            | ErrorCode::InvalidMessage
            | ErrorCode::InvalidType
            | ErrorCode::UnknownAction
            | ErrorCode::MaxConnectionsExceeded
            | ErrorCode::UnsupportedVersion => CloseCode::POLICY,
            ErrorCode::Unauthorized => CloseCode::UNAUTHORIZED,
            ErrorCode::Forbidden => CloseCode::FORBIDDEN,
            ErrorCode::RateLimited => CloseCode::RATE_LIMITED,
            ErrorCode::PayloadTooLarge => CloseCode::TOO_BIG,
            ErrorCode::InternalError => CloseCode::INTERNAL,
            ErrorCode::HeartbeatTimeout => CloseCode::HEARTBEAT_TIMEOUT,
            ErrorCode::QueueOverflow => CloseCode::TRY_AGAIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_code_and_its_name_are_the_same() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn only_what_cannot_go_on_closes_by_itself() {
        let closing: Vec<_> =
            ErrorCode::ALL.into_iter().filter_map(|c| Some((c.as_str(), c.closes()?))).collect();
        let expected = [
            ("MAX_CONNECTIONS_EXCEEDED", CloseCode::POLICY),
            ("PAYLOAD_TOO_LARGE", CloseCode::TOO_BIG),
            ("UNSUPPORTED_VERSION", CloseCode::POLICY),
            ("HEARTBEAT_TIMEOUT", CloseCode::HEARTBEAT_TIMEOUT),
        ];
        assert_eq!(closing, expected);
    }
}

//! What can go wrong on `/ws`, as clients are told: error codes, and the close codes they lead to.

use serde::Serialize;

use crate::websocket;

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
            | ErrorCode::UnsupportedVersion => CloseCode::Policy,
            ErrorCode::Unauthorized => CloseCode::Unauthorized,
            ErrorCode::Forbidden => CloseCode::Forbidden,
            ErrorCode::RateLimited => CloseCode::RateLimited,
            ErrorCode::PayloadTooLarge => CloseCode::TooBig,
            ErrorCode::InternalError => CloseCode::Internal,
            ErrorCode::HeartbeatTimeout => CloseCode::HeartbeatTimeout,
            ErrorCode::QueueOverflow => CloseCode::Overload,
        }
    }
}

/// The codes of the close frames that the server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseCode {
    Normal,
    /// The server is shutting down: come back soon.
    GoingAway,
    Policy,
    TooBig,
    Internal,
    /// Too slow to be served, or pushed out by a connection of a higher tier.
    Overload,
    Unauthorized,
    Forbidden,
    HeartbeatTimeout,
    RateLimited,
}

impl CloseCode {
    pub fn code(self) -> u16 {
        match self {
            CloseCode::Normal => 1000,
            CloseCode::GoingAway => 1001,
            CloseCode::Policy => 1008,
            CloseCode::TooBig => 1009,
            CloseCode::Internal => 1011,
            CloseCode::Overload => 1013,
            CloseCode::Unauthorized => 4001,
            CloseCode::Forbidden => 4003,
            CloseCode::HeartbeatTimeout => 4008,
            CloseCode::RateLimited => 4029,
        }
    }

    pub fn reason(self) -> &'static str {
        match self {
            CloseCode::Normal => "bye",
            CloseCode::GoingAway => "server shutdown",
            CloseCode::Policy => "policy violation",
            CloseCode::TooBig => "message too big",
            CloseCode::Internal => "internal error",
            CloseCode::Overload => "overload",
            CloseCode::Unauthorized => "unauthorized",
            CloseCode::Forbidden => "forbidden",
            CloseCode::HeartbeatTimeout => "heartbeat timeout",
            CloseCode::RateLimited => "rate limited",
        }
    }
}

impl From<CloseCode> for websocket::CloseCode {
    fn from(code: CloseCode) -> Self {
        match code {
            CloseCode::Normal => websocket::CloseCode::NORMAL,
            CloseCode::GoingAway => websocket::CloseCode::GOING_AWAY,
            CloseCode::Policy => websocket::CloseCode::POLICY,
            CloseCode::TooBig => websocket::CloseCode::TOO_BIG,
            CloseCode::Internal => websocket::CloseCode::INTERNAL,
            CloseCode::Overload => websocket::CloseCode::TRY_AGAIN,
            CloseCode::Unauthorized => websocket::CloseCode::UNAUTHORIZED,
            CloseCode::Forbidden => websocket::CloseCode::FORBIDDEN,
            CloseCode::HeartbeatTimeout => websocket::CloseCode::HEARTBEAT_TIMEOUT,
            CloseCode::RateLimited => websocket::CloseCode::RATE_LIMITED,
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
            ("MAX_CONNECTIONS_EXCEEDED", CloseCode::Policy),
            ("PAYLOAD_TOO_LARGE", CloseCode::TooBig),
            ("UNSUPPORTED_VERSION", CloseCode::Policy),
            ("HEARTBEAT_TIMEOUT", CloseCode::HeartbeatTimeout),
        ];
        assert_eq!(closing, expected);
    }
}

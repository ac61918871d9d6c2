//! What a peer can do wrong, and the close code that answers it.

use super::CloseCode;

/// The text is short enough to be sent as the reason of the close frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Violation {
    #[error("a client's frame must be masked")]
    Unmasked,
    #[error("a reserved bit is set")]
    ReservedBits,
    #[error("the opcode is reserved")]
    ReservedOpcode,
    #[error("a control frame must not be fragmented")]
    FragmentedControl,
    #[error("a control frame carries at most 125 bytes")]
    LongControl,
    #[error("the length is not in its shortest form")]
    LengthForm,
    #[error("a continuation of nothing")]
    StrayContinuation,
    #[error("a new message inside an unfinished one")]
    Interleaved,
    #[error("the close frame is malformed")]
    ClosePayload,
    #[error("the text is not UTF-8")]
    Utf8,
    #[error("the compressed data is damaged")]
    Deflate,
    #[error("too many fragments")]
    TooManyFragments,
    #[error("the message is too big")]
    TooBig,
}

impl Violation {
    pub fn code(self) -> CloseCode {
        match self {
            Violation::Unmasked
            | Violation::ReservedBits
            | Violation::ReservedOpcode
            | Violation::FragmentedControl
            | Violation::LongControl
            | Violation::LengthForm
            | Violation::StrayContinuation
            | Violation::Interleaved
            | Violation::ClosePayload => CloseCode::PROTOCOL,
            Violation::Utf8 | Violation::Deflate => CloseCode::INVALID_DATA,
            // Allowed by the protocol, unbounded there, and so a rule of this server.
            Violation::TooManyFragments => CloseCode::POLICY,
            Violation::TooBig => CloseCode::TOO_BIG,
        }
    }

    /// The name under which it is counted.
    pub fn label(self) -> &'static str {
        match self {
            Violation::Unmasked => "unmasked",
            Violation::ReservedBits => "reserved_bits",
            Violation::ReservedOpcode => "reserved_opcode",
            Violation::FragmentedControl => "fragmented_control",
            Violation::LongControl => "long_control",
            Violation::LengthForm => "length_form",
            Violation::StrayContinuation => "stray_continuation",
            Violation::Interleaved => "interleaved",
            Violation::ClosePayload => "close_payload",
            Violation::Utf8 => "utf8",
            Violation::Deflate => "deflate",
            Violation::TooManyFragments => "too_many_fragments",
            Violation::TooBig => "too_big",
        }
    }
}

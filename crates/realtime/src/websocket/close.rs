//! Why a connection ends, as both sides say it in a close frame.

use std::fmt;

/// A code that may stand in a close frame. 1005, 1006 and 1015 may not: they are for reports
/// about connections that ended without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    pub const NORMAL: CloseCode = CloseCode(1000);
    /// The server shuts down, or the page is left.
    pub const GOING_AWAY: CloseCode = CloseCode(1001);
    pub const PROTOCOL: CloseCode = CloseCode(1002);
    /// Understood, but not a kind of data that this endpoint takes, such as binary.
    pub const UNSUPPORTED: CloseCode = CloseCode(1003);
    pub const INVALID_DATA: CloseCode = CloseCode(1007);
    /// A limit or rule that has no code of its own.
    pub const POLICY: CloseCode = CloseCode(1008);
    pub const TOO_BIG: CloseCode = CloseCode(1009);
    pub const INTERNAL: CloseCode = CloseCode(1011);
    /// Overloaded or evicted: come back later.
    pub const TRY_AGAIN: CloseCode = CloseCode(1013);
    pub const UNAUTHORIZED: CloseCode = CloseCode(4001);
    pub const FORBIDDEN: CloseCode = CloseCode(4003);
    pub const HEARTBEAT_TIMEOUT: CloseCode = CloseCode(4008);
    pub const RATE_LIMITED: CloseCode = CloseCode(4029);

    /// `None` for a number that must not be sent: reserved, unassigned or out of range.
    pub fn new(code: u16) -> Option<CloseCode> {
        matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999).then_some(CloseCode(code))
    }

    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

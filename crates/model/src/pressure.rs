use serde::{Deserialize, Serialize};

use crate::Signal;

/// How full the disk is, as a ladder: each rung refuses one more kind of item, errors last.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Pressure {
    #[default]
    None,
    /// Recordings are refused.
    Recordings,
    /// ... and raw events other than errors.
    Events,
    /// ... and logs.
    Logs,
    /// ... and errors: nothing can be written any more.
    Full,
}

impl Pressure {
    pub const fn refuses(self, signal: Signal) -> bool {
        let rung = match signal {
            Signal::Recording => Pressure::Recordings,
            Signal::Event => Pressure::Events,
            Signal::Log => Pressure::Logs,
            Signal::Error => Pressure::Full,
        };
        self as u8 >= rung as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_refused_last() {
        assert!(!Pressure::None.refuses(Signal::Recording));
        assert!(Pressure::Recordings.refuses(Signal::Recording));
        assert!(!Pressure::Recordings.refuses(Signal::Event));
        assert!(Pressure::Logs.refuses(Signal::Event));
        assert!(!Pressure::Logs.refuses(Signal::Error));
        assert!(Pressure::Full.refuses(Signal::Error));
    }
}

//! What a visitor's browser asked for.

use model::settings::OptOut;

use crate::Headers;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    Full,
    /// Kept without user, visitor, session and address.
    Anonymous,
    /// Nothing is kept.
    Refused,
}

pub(crate) fn read(headers: &Headers, policy: OptOut) -> Consent {
    let asks = |header: &Option<String>| header.as_deref().is_some_and(|v| v.trim() == "1");
    if !asks(&headers.gpc) && !asks(&headers.dnt) {
        return Consent::Full;
    }
    match policy {
        OptOut::Drop => Consent::Refused,
        OptOut::Anonymous => Consent::Anonymous,
        OptOut::Ignore => Consent::Full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_decides_what_an_opt_out_means() {
        let asks = |gpc: Option<&str>, dnt: Option<&str>| Headers {
            gpc: gpc.map(str::to_owned),
            dnt: dnt.map(str::to_owned),
            ..Headers::default()
        };
        for (headers, drop) in [
            (asks(None, None), Consent::Full),
            (asks(Some("0"), Some("0")), Consent::Full),
            (asks(Some("1"), None), Consent::Refused),
            (asks(None, Some("1")), Consent::Refused),
            (asks(Some("1"), Some("0")), Consent::Refused),
        ] {
            assert_eq!(read(&headers, OptOut::Drop), drop);
            assert_eq!(read(&headers, OptOut::Ignore), Consent::Full);
            let anonymous = read(&headers, OptOut::Anonymous);
            assert_eq!(anonymous == Consent::Anonymous, drop == Consent::Refused);
        }
    }
}

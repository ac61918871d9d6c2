/// Why a token lets nobody in. The text is for the server's own log; whoever is refused gets
/// [`AuthRefusal::public_message`], which tells nothing about how close it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthRefusal {
    #[error("no token was shown")]
    Missing,
    #[error("not a JWT, or larger than one may be")]
    Malformed,
    #[error("no token key in force has this id")]
    UnknownKey,
    #[error("the algorithm is not the key's")]
    Algorithm,
    #[error("the signature does not match")]
    Signature,
    #[error("the token is for another audience")]
    Audience,
    #[error("the token is not valid yet, or was issued in the future")]
    NotYetValid,
    #[error("the token has expired")]
    Expired,
    #[error("the token lives longer than the project allows, or does not say since when")]
    TooLong,
    #[error("the claim {0} is missing or cannot be used")]
    Claim(&'static str),
    #[error("the token was revoked")]
    Revoked,
    #[error("whoever issued the token may no longer do so")]
    Withdrawn,
    #[error("no such project, or the token is for another")]
    UnknownProject,
    #[error("the control plane could not be asked")]
    Unavailable,
}

impl AuthRefusal {
    /// What the connection is told.
    pub const fn public_message(self) -> &'static str {
        match self {
            AuthRefusal::Missing => "Authentication required",
            _ => "unauthorized",
        }
    }

    /// For counters and logs.
    pub const fn name(self) -> &'static str {
        match self {
            AuthRefusal::Missing => "missing",
            AuthRefusal::Malformed => "malformed",
            AuthRefusal::UnknownKey => "unknown_key",
            AuthRefusal::Algorithm => "algorithm",
            AuthRefusal::Signature => "signature",
            AuthRefusal::Audience => "audience",
            AuthRefusal::NotYetValid => "not_yet_valid",
            AuthRefusal::Expired => "expired",
            AuthRefusal::TooLong => "too_long",
            AuthRefusal::Claim(_) => "claim",
            AuthRefusal::Revoked => "revoked",
            AuthRefusal::Withdrawn => "withdrawn",
            AuthRefusal::UnknownProject => "unknown_project",
            AuthRefusal::Unavailable => "unavailable",
        }
    }
}

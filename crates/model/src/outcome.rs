use serde::{Deserialize, Serialize};

/// What became of a received item. Every item ends in exactly one of these, and the ledger's
/// `received` is their sum by construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Accepted,
    Duplicate,
    Sampled,
    Limited,
    Invalid,
    Denied,
    Dropped,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal => $outcome:ident,)*) => {
        /// Why an item ended as it did. Each reason belongs to one [`Outcome`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Reason {
            pub const ALL: &[Reason] = &[$(Reason::$variant),*];

            pub const fn outcome(self) -> Outcome {
                match self { $(Reason::$variant => Outcome::$outcome,)* }
            }

            pub const fn name(self) -> &'static str {
                match self { $(Reason::$variant => $name,)* }
            }

            pub fn parse(name: &str) -> Option<Reason> {
                match name { $($name => Some(Reason::$variant),)* _ => None }
            }
        }
    };
}

reasons! {
    /// On disk; the caller was told so.
    Stored = "stored" => Accepted,

    /// Same id within the window: acknowledged, not stored again.
    SameId = "same_id" => Duplicate,
    /// Same id but another body: the first one stays, this one is flagged.
    IdConflict = "id_conflict" => Duplicate,

    /// Left out by the project's sample rate.
    SampleRate = "sample_rate" => Sampled,

    /// The caller's rate limit.
    Rate = "rate" => Limited,
    /// More items in one batch than the project allows.
    BatchSize = "batch_size" => Limited,
    /// The project's quota.
    Quota = "quota" => Limited,

    /// Not JSON, or not the encoding it claims to be.
    Malformed = "malformed" => Invalid,
    /// A required field is missing or has the wrong type.
    Schema = "schema" => Invalid,
    /// A type that no decoder knows.
    UnknownKind = "unknown_kind" => Invalid,
    /// Larger than its limit, before or after decompression.
    TooLarge = "too_large" => Invalid,
    /// Nested deeper or wider than allowed.
    TooComplex = "too_complex" => Invalid,
    /// A time that cannot be placed.
    Time = "time" => Invalid,

    /// Unknown, revoked or expired key.
    Key = "key" => Denied,
    /// The key lacks the scope.
    Scope = "scope" => Denied,
    /// Origin not on the allow-list.
    Origin = "origin" => Denied,
    /// Missing, wrong or replayed signature.
    Signature = "signature" => Denied,
    /// Invalid or expired JWT.
    Token = "token" => Denied,
    /// The project's kill switch is on.
    KillSwitch = "kill_switch" => Denied,
    /// Sec-GPC or DNT.
    Consent = "consent" => Denied,
    /// Not on the project's event whitelist.
    EventNotAllowed = "event_not_allowed" => Denied,

    /// The write queue was full.
    QueueFull = "queue_full" => Dropped,
    /// The disk is too full for this kind of item.
    DiskPressure = "disk_pressure" => Dropped,
    /// The server was shutting down.
    Shutdown = "shutdown" => Dropped,
    /// The store failed to commit.
    StoreError = "store_error" => Dropped,
}

impl Outcome {
    pub const ALL: [Outcome; 7] = [
        Outcome::Accepted,
        Outcome::Duplicate,
        Outcome::Sampled,
        Outcome::Limited,
        Outcome::Invalid,
        Outcome::Denied,
        Outcome::Dropped,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Duplicate => "duplicate",
            Outcome::Sampled => "sampled",
            Outcome::Limited => "limited",
            Outcome::Invalid => "invalid",
            Outcome::Denied => "denied",
            Outcome::Dropped => "dropped",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_survives_its_name() {
        for &reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.name()), Some(reason));
        }
        assert_eq!(Reason::parse("lost"), None);
    }

    #[test]
    fn every_outcome_has_a_reason() {
        for outcome in Outcome::ALL {
            assert!(Reason::ALL.iter().any(|r| r.outcome() == outcome), "{outcome:?}");
        }
    }
}

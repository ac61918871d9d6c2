use serde::{Serialize, Serializer};

/// The `type` of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Status,
    Stats,
    Health,
    Config,
    System,
    /// Only the server sends these.
    Error,
}

impl Kind {
    /// What a client may put into `type`.
    pub(super) const FROM_CLIENTS: [(&'static str, Kind); 5] = [
        ("status", Kind::Status),
        ("stats", Kind::Stats),
        ("health", Kind::Health),
        ("config", Kind::Config),
        ("system", Kind::System),
    ];

    pub(super) fn from_client(name: &str) -> Option<Kind> {
        Kind::FROM_CLIENTS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }
}

/// A set of the types that can be subscribed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u8);

impl Kinds {
    pub const NONE: Kinds = Kinds(0);
    /// What `all` means. Not `config`: a client that wants flag changes says so.
    pub const ALL: Kinds = Kinds(0b0111);
    /// Everything that `subscribe` accepts.
    pub const SUPPORTED: Kinds = Kinds(0b1111);

    const MEMBERS: [(Kind, u8); 4] =
        [(Kind::Status, 1), (Kind::Stats, 2), (Kind::Health, 4), (Kind::Config, 8)];

    /// What a name in `payload.types` stands for.
    pub(super) fn named(name: &str) -> Option<Kinds> {
        if name == "all" {
            return Some(Kinds::ALL);
        }
        let kind = Kind::from_client(name)?;
        Some(Kinds::from(kind)).filter(|kinds| !kinds.is_empty())
    }

    pub fn contains(self, kind: Kind) -> bool {
        !(self & kind.into()).is_empty()
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Kind> {
        let members = Kinds::MEMBERS.into_iter();
        members.filter(move |(_, bit)| self.0 & bit != 0).map(|(kind, _)| kind)
    }
}

/// The set of this one type; empty for a type that is not subscribed to.
impl From<Kind> for Kinds {
    fn from(kind: Kind) -> Kinds {
        let bit = Kinds::MEMBERS.into_iter().find(|(member, _)| *member == kind);
        Kinds(bit.map_or(0, |(_, bit)| bit))
    }
}

impl std::ops::BitOr for Kinds {
    type Output = Kinds;

    fn bitor(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
}

impl std::ops::BitAnd for Kinds {
    type Output = Kinds;

    fn bitand(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }
}

impl Serialize for Kinds {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.iter())
    }
}

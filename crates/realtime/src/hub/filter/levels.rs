use model::Level;

/// A set of log levels, or no restriction at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Levels(u8);

/// Stands for an event without a level: in no set that names levels.
const NO_LEVEL: u8 = 1 << 7;

impl Levels {
    pub const ANY: Levels = Levels(u8::MAX);

    /// What is in the set; nothing when it restricts nothing.
    pub fn named(self) -> impl Iterator<Item = Level> {
        let named = if self == Levels::ANY { 0 } else { self.0 };
        Level::ALL.into_iter().filter(move |level| named & bit(*level) != 0)
    }

    pub(super) fn admits(self, level: Option<Level>) -> bool {
        self.0 & level.map_or(NO_LEVEL, bit) != 0
    }
}

impl FromIterator<Level> for Levels {
    /// An empty list restricts nothing.
    fn from_iter<I: IntoIterator<Item = Level>>(levels: I) -> Self {
        match levels.into_iter().fold(0, |set, level| set | bit(level)) {
            0 => Levels::ANY,
            set => Levels(set),
        }
    }
}

const fn bit(level: Level) -> u8 {
    1 << level as u8
}

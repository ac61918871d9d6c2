use std::hash::{Hash, Hasher};

use memchr::memmem::Finder;

use super::fold::fold;

/// Plain text to look for, folded, with its searcher already built. It is what it looks for: two
/// with the same text are equal.
#[derive(Debug, Clone)]
pub(super) struct Keyword(Finder<'static>);

impl Keyword {
    pub fn new(text: &str) -> Self {
        Keyword(Finder::new(fold(text).as_bytes()).into_owned())
    }

    pub fn is_in(&self, folded: &str) -> bool {
        self.0.find(folded.as_bytes()).is_some()
    }

    pub fn text(&self) -> &[u8] {
        self.0.needle()
    }
}

impl PartialEq for Keyword {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Keyword {}

impl Hash for Keyword {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

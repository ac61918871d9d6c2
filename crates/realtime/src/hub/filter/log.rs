use model::Level;
use serde_json::Value;

use super::fold::fold;
use super::keyword::Keyword;
use super::read::{Dimension, FilterError, object};
use super::{Facts, Levels};

/// Devices, levels, tags and keywords: the `LogSubscription` of a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogFilter {
    devices: Box<[Box<str>]>,
    levels: Levels,
    tags: Box<[Box<str>]>,
    keywords: Box<[Keyword]>,
}

const DEVICES: Dimension = Dimension { field: "deviceIds", max_entries: 100, max_chars: 200 };
const LEVELS: Dimension = Dimension { field: "levels", max_entries: 20, max_chars: 20 };
const TAGS: Dimension = Dimension { field: "tags", max_entries: 20, max_chars: 200 };
const KEYWORDS: Dimension = Dimension { field: "keywords", max_entries: 20, max_chars: 200 };

impl LogFilter {
    /// Levels are read in any case, keywords match in any case; devices and tags are exact.
    pub fn new(
        devices: &[&str],
        levels: &[&str],
        tags: &[&str],
        keywords: &[&str],
    ) -> Result<Self, FilterError> {
        Ok(LogFilter {
            devices: DEVICES.normalise(devices)?,
            levels: read_levels(levels)?,
            tags: TAGS.normalise(tags)?,
            keywords: read_keywords(keywords)?,
        })
    }

    pub fn from_json(value: &Value) -> Result<Self, FilterError> {
        let object = object(value, "subscription")?;
        LogFilter::new(
            &DEVICES.read(object)?,
            &LEVELS.read(object)?,
            &TAGS.read(object)?,
            &KEYWORDS.read(object)?,
        )
    }

    pub fn matches(&self, facts: &Facts<'_>) -> bool {
        (self.devices.is_empty() || facts.device.is_some_and(|device| has(&self.devices, device)))
            && self.levels.admits(facts.level)
            && (self.tags.is_empty() || facts.tags.iter().any(|tag| has(&self.tags, tag)))
            && (self.keywords.is_empty() || self.has_keyword(facts))
    }

    /// Empty when every device is meant.
    pub fn devices(&self) -> &[Box<str>] {
        &self.devices
    }

    pub fn levels(&self) -> Levels {
        self.levels
    }

    fn has_keyword(&self, facts: &Facts<'_>) -> bool {
        let text = facts.folded_text();
        self.keywords.iter().any(|keyword| keyword.is_in(text))
    }
}

fn read_levels(names: &[&str]) -> Result<Levels, FilterError> {
    let names = LEVELS.normalise(names)?;
    let levels = names
        .iter()
        .map(|name| Level::parse(name).ok_or_else(|| FilterError::unknown(LEVELS.field, name)));
    levels.collect()
}

fn read_keywords(keywords: &[&str]) -> Result<Box<[Keyword]>, FilterError> {
    let keywords = KEYWORDS.normalise(keywords)?;
    // Some that were different are the same without their case.
    let mut folded: Vec<_> = keywords.iter().map(|keyword| fold(keyword)).collect();
    folded.sort_unstable();
    folded.dedup();
    Ok(folded.iter().map(|keyword| Keyword::new(keyword)).collect())
}

fn has(sorted: &[Box<str>], value: &str) -> bool {
    sorted.binary_search_by(|entry| (**entry).cmp(value)).is_ok()
}

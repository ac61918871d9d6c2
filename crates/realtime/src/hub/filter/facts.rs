use std::borrow::Cow;
use std::sync::OnceLock;

use model::Level;

use super::Severity;
use super::fold::fold;

/// What filters may ask about one event. What an event does not have matches no filter that
/// asks for it.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    pub(super) device: Option<&'a str>,
    pub(super) level: Option<Level>,
    pub(super) tags: &'a [String],
    pub(super) severity: Option<Severity>,
    pub(super) component: Option<&'a str>,
    text: &'a str,
    /// Made for the first keyword that needs it, then shared by all filters.
    folded: OnceLock<Cow<'a, str>>,
}

impl<'a> Facts<'a> {
    pub fn log(device: &'a str, level: Level, tags: &'a [String], text: &'a str) -> Self {
        Facts { device: Some(device), level: Some(level), tags, text, ..Facts::default() }
    }

    /// A recovery has the severity of what it ends, so that whoever heard of that hears of this.
    pub fn health(severity: Severity, component: &'a str) -> Self {
        Facts { severity: Some(severity), component: Some(component), ..Facts::default() }
    }

    pub(super) fn folded_text(&self) -> &str {
        self.folded.get_or_init(|| fold(self.text))
    }
}

use serde_json::{Map, Value};

use super::Facts;
use super::read::{Dimension, FilterError, object};

model::names! {
    #[derive(PartialOrd, Ord)]
    Severity {
        Info = "info",
        Warning = "warning",
        Critical = "critical",
    }
}

/// Alerts from a severity upwards, of some components.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HealthFilter {
    min_severity: Option<Severity>,
    components: Box<[Box<str>]>,
}

const MIN_SEVERITY: &str = "minSeverity";
const COMPONENTS: Dimension = Dimension { field: "components", max_entries: 20, max_chars: 100 };

impl HealthFilter {
    pub fn new(min_severity: Option<Severity>, components: &[&str]) -> Result<Self, FilterError> {
        // Everybody's severity is at least this: the same as not asking.
        let min_severity = min_severity.filter(|severity| *severity > Severity::Info);
        Ok(HealthFilter { min_severity, components: COMPONENTS.normalise(components)? })
    }

    pub fn from_json(value: &Value) -> Result<Self, FilterError> {
        let object = object(value, "filter")?;
        HealthFilter::new(read_severity(object)?, &COMPONENTS.read(object)?)
    }

    pub fn matches(&self, facts: &Facts<'_>) -> bool {
        self.min_severity.is_none_or(|min| facts.severity.is_some_and(|given| given >= min))
            && (self.components.is_empty() || facts.component.is_some_and(|c| self.names(c)))
    }

    fn names(&self, component: &str) -> bool {
        self.components.iter().any(|name| **name == *component)
    }
}

fn read_severity(object: &Map<String, Value>) -> Result<Option<Severity>, FilterError> {
    let Some(value) = object.get(MIN_SEVERITY) else { return Ok(None) };
    let name = value.as_str().ok_or(FilterError::NotAString(MIN_SEVERITY))?;
    Severity::parse(name).map(Some).ok_or_else(|| FilterError::unknown(MIN_SEVERITY, name))
}

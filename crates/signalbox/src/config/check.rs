use std::fmt::Display;
use std::ops::RangeInclusive;

/// Collects what is wrong with a section, each problem with its full key.
pub struct Problems<'a> {
    section: &'static str,
    found: &'a mut Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub key: String,
    pub problem: String,
}

impl<'a> Problems<'a> {
    pub fn of(section: &'static str, found: &'a mut Vec<Problem>) -> Self {
        Problems { section, found }
    }

    pub fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.found
            .push(Problem { key: format!("{}.{field}", self.section), problem: problem.into() });
    }

    pub fn range<T: PartialOrd + Display>(
        &mut self,
        field: &str,
        value: T,
        allowed: RangeInclusive<T>,
    ) {
        if !allowed.contains(&value) {
            let (low, high) = allowed.into_inner();
            self.add(field, format!("{value} must be between {low} and {high}"));
        }
    }
}

use crate::native::refusal::shown;
use crate::native::{ErrorCode, Problem, Refusal};

/// How many problems one answer lists.
const MAX_LISTED: usize = 20;

/// Everything that was found wrong with one message.
#[derive(Debug, Default)]
pub(in crate::native) struct Problems {
    listed: Vec<Problem>,
    /// Types that nobody knows. Alone they have an error code of their own.
    unknown: Vec<String>,
    other: bool,
}

impl Problems {
    /// The value that was read; what was wrong with it instead is remembered.
    pub fn take<T>(&mut self, read: Result<Option<T>, Problem>) -> Option<T> {
        read.unwrap_or_else(|problem| {
            self.add(problem);
            None
        })
    }

    pub fn add(&mut self, problem: Problem) {
        self.other = true;
        self.list(problem);
    }

    pub fn unknown_type(&mut self, field: &str, name: &str) {
        if self.unknown.len() < MAX_LISTED {
            self.unknown.push(shown(name));
        }
        self.list(Problem::new(field, format!("unknown type {}", shown(name))));
    }

    fn list(&mut self, problem: Problem) {
        if self.listed.len() < MAX_LISTED {
            self.listed.push(problem);
        }
    }

    /// `value` if nothing was wrong. A value that is missing was noted as a problem before.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.listed.is_empty() => Ok(value),
            _ if !self.other && !self.unknown.is_empty() => {
                let message = format!("Unknown type: {}", self.unknown.join(", "));
                let refusal = Refusal::new(ErrorCode::InvalidType, message);
                Err(Refusal { problems: self.listed, ..refusal })
            }
            _ => Err(Refusal::invalid(self.listed)),
        }
    }
}

use store::control::FieldProblem;

/// How many are told of one event.
const TOLD: usize = 10;

/// Collects all that is wrong with a message, so that its sender has to ask only once.
#[derive(Debug, Default)]
pub struct Problems(Vec<FieldProblem>);

impl Problems {
    pub fn add(&mut self, field: impl Into<String>, problem: impl Into<String>) {
        if self.0.len() < TOLD {
            self.0.push(FieldProblem { field: field.into(), problem: problem.into() });
        }
    }

    pub fn must(&mut self, holds: bool, field: &str, problem: &str) {
        if !holds {
            self.add(field, problem);
        }
    }

    pub fn finish(self) -> Result<(), Vec<FieldProblem>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

use model::Millis;
use serde::Serialize;
use store::control::FieldProblem;
use utoipa::ToSchema;

/// What became of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    pub accepted: u32,
    pub duplicates: u32,
    pub refused: u32,
    pub errors: Vec<ItemProblem>,
    /// What comes after was not looked at.
    pub stopped: Option<Stopped>,
}

/// One thing that is wrong with one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PublishProblem)]
pub struct ItemProblem {
    /// Position in the batch.
    pub index: usize,
    #[schema(example = "data.userId")]
    pub field: String,
    pub message: String,
}

/// Why the rest has to come again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Too much waits to be delivered.
    Overloaded,
    RateLimited {
        retry_after_s: u32,
    },
}

impl Receipt {
    pub(super) fn refuse(&mut self, index: usize, problems: Vec<FieldProblem>) {
        self.refused += 1;
        self.errors.extend(problems.into_iter().map(|problem| ItemProblem {
            index,
            field: problem.field,
            message: problem.problem,
        }));
    }
}

impl Stopped {
    pub(super) fn rate_limited(wait: Millis) -> Self {
        let seconds = u32::try_from(wait.max(0) / 1000 + 1).unwrap_or(3600);
        Stopped::RateLimited { retry_after_s: seconds.min(3600) }
    }
}

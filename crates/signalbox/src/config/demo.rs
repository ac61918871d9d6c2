use super::check::Problems;
use super::section::section;

section! {
    /// The demo project that `serve --demo` feeds.
    Demo {
        /// Items of history that are sent at the first start, spread over the last 24 hours.
        history: u32 = 6_000;
        /// Items per minute of the live stream afterwards.
        per_minute: u32 = 240;
        /// Seed of the generator: the same seed tells the same story.
        seed: u64 = 42;
    }
}

impl Demo {
    pub fn check(&self, problems: &mut Problems<'_>) {
        problems.range("history", self.history, 0..=1_000_000);
        problems.range("per_minute", self.per_minute, 0..=60_000);
    }
}

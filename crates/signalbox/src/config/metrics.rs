use super::check::Problems;
use super::section::section;

section! {
    /// `GET /metrics`, for Prometheus.
    Metrics {
        /// What a scraper on another machine shows as `Authorization: Bearer …`. Empty: only this
        /// machine and signed-in operators may read the figures.
        token: String = String::new(), secret;
    }
}

impl Metrics {
    pub fn check(&self, problems: &mut Problems<'_>) {
        if !self.token.is_empty() && self.token.len() < 16 {
            problems.add("token", "must have 16 characters or more");
        }
    }
}

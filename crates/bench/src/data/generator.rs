use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::rows::{Row, RowKind};
use super::zipf::Zipf;
use super::{DAY_MS, RARE_WORD, WEEK_START};

const VISITORS: u32 = 200_000;
const JITTER_MS: i64 = 5_000;

/// An endless stream of rows; `total` decides how far apart in time they are.
pub struct Generator {
    rng: StdRng,
    pages: Zipf,
    errors: Zipf,
    next: u64,
    total: u64,
}

impl Generator {
    /// Rows `first..` of a week that has `total` of them.
    pub fn new(seed: u64, total: u64, first: u64) -> Self {
        Generator {
            rng: StdRng::seed_from_u64(seed ^ first),
            pages: Zipf::new(1_000, 1.05),
            errors: Zipf::new(300, 1.05),
            next: first,
            total: total.max(1),
        }
    }

    fn row(&mut self) -> Row {
        let id = self.next;
        self.next += 1;
        let position = (id % self.total) as f64 / self.total as f64;
        let jitter = self.rng.random_range(-JITTER_MS..=JITTER_MS);
        let ts = WEEK_START + JITTER_MS + (position * (7 * DAY_MS - 3 * JITTER_MS) as f64) as i64;
        let ts = ts + jitter;
        let kind = match self.rng.random_range(0..100) {
            0..40 => RowKind::Page,
            40..62 => RowKind::Api,
            62..77 => RowKind::Log,
            77..87 => RowKind::Click,
            87..96 => RowKind::Vital,
            _ => RowKind::Error,
        };
        let visitor = self.rng.random_range(0..VISITORS);
        let page = self.pages.draw(&mut self.rng);
        let mut row = Row {
            id,
            ts,
            project: if self.rng.random_bool(0.55) { 1 } else { self.rng.random_range(2..=5) },
            app: self.pick(&["shop", "admin", "checkout"]),
            env: self.pick(&["production", "production", "production", "staging"]),
            release: self.pick(&["1.0.0", "1.0.1", "1.1.0", "1.2.0"]),
            kind,
            name: String::new(),
            visitor: format!("v{visitor:06}"),
            session: format!("s{visitor:06}-{}", (ts - WEEK_START) / DAY_MS),
            status: None,
            duration_ms: None,
            value: None,
            message: String::new(),
            props: self.props(page),
            country: self.pick(&["CN", "CN", "CN", "US", "DE", "JP", "SG", "BR"]),
            browser: self.pick(&["Chrome", "Chrome", "Chrome", "Safari", "Edge", "Firefox"]),
            os: self.pick(&["Windows", "macOS", "Android", "iOS", "Linux"]),
            device: self.pick(&["desktop", "mobile", "mobile", "tablet"]),
        };
        self.fill(&mut row, page);
        row
    }

    /// What only rows of this kind have.
    fn fill(&mut self, row: &mut Row, page: usize) {
        match row.kind {
            RowKind::Page => {
                row.name = format!("/catalogue/section-{}/page-{page}", page % 17);
                row.duration_ms = Some(self.duration(8_000.0));
            }
            RowKind::Api => {
                row.name = format!("GET /api/v1/resource-{}", page % 200);
                row.status = Some(if self.rng.random_bool(0.03) { 500 } else { 200 });
                row.duration_ms = Some(self.duration(120.0));
            }
            RowKind::Log => {
                row.status = Some(if self.rng.random_bool(0.1) { 500 } else { 200 });
                let what = if self.rng.random_bool(1e-4) { RARE_WORD } else { "handled" };
                row.message = format!("worker {} {what} job {}", page % 64, row.id);
            }
            RowKind::Click => {
                row.name = self.pick(&["buy", "search", "filter", "share", "login"]).to_owned();
            }
            RowKind::Vital => {
                row.name = self.pick(&["LCP", "FCP", "TTFB", "CLS", "INP"]).to_owned();
                row.value = Some(self.duration(900.0));
            }
            RowKind::Error => {
                let which = self.errors.draw(&mut self.rng);
                row.message =
                    format!("TypeError: cannot read property 'field{which}' of undefined");
            }
        }
    }

    fn props(&mut self, page: usize) -> String {
        format!(
            r#"{{"experiment":"exp-{}","cartValue":{},"referrer":"https://search.example/{page}","viewport":"{}x{}","logged":{},"tag":"t{}"}}"#,
            page % 7,
            self.rng.random_range(0..50_000),
            self.rng.random_range(320..2_560),
            self.rng.random_range(480..1_440),
            self.rng.random_bool(0.3),
            self.rng.random_range(0..1_000),
        )
    }

    /// Skewed like real latencies: most near `typical`, a few far above.
    fn duration(&mut self, typical: f64) -> f64 {
        let u: f64 = self.rng.random_range(1e-6..1.0);
        let ms = typical * (1.0 / u).powf(0.6) * 0.5;
        (ms * 10.0).round() / 10.0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.rng.random_range(0..from.len())]
    }
}

impl Iterator for Generator {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        Some(self.row())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::WEEK_END;

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let story = |seed| {
            Generator::new(seed, 1_000, 0).take(50).map(|r| format!("{r:?}")).collect::<Vec<_>>()
        };
        assert_eq!(story(7), story(7));
        assert_ne!(story(7), story(8));
    }

    #[test]
    fn a_week_holds_every_kind_in_its_share() {
        let rows: Vec<_> = Generator::new(1, 20_000, 0).take(20_000).collect();
        assert!(rows.iter().all(|r| (WEEK_START..WEEK_END).contains(&r.ts)));
        for (kind, percent) in [(RowKind::Page, 40), (RowKind::Log, 15), (RowKind::Error, 4)] {
            let n = rows.iter().filter(|r| r.kind == kind).count();
            assert!((n as i64 - percent * 200).abs() < 400, "{kind:?}: {n}");
        }
    }
}

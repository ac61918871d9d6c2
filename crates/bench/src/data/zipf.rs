use rand::RngExt;

/// Ranks 0..n, where rank r is drawn in proportion to 1 / (r + 1)^s.
pub struct Zipf {
    cumulated: Vec<f64>,
}

impl Zipf {
    pub fn new(n: usize, s: f64) -> Self {
        let mut sum = 0.0;
        let cumulated = (1..=n)
            .map(|rank| {
                sum += (rank as f64).powf(-s);
                sum
            })
            .collect();
        Zipf { cumulated }
    }

    pub fn draw(&self, rng: &mut impl RngExt) -> usize {
        let total = self.cumulated.last().copied().unwrap_or(0.0);
        let at = rng.random::<f64>() * total;
        self.cumulated.partition_point(|&c| c < at).min(self.cumulated.len().saturating_sub(1))
    }
}

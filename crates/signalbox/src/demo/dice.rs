use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// All chance in the demo comes from here, so that a seed tells the same story again.
pub struct Dice(StdRng);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(StdRng::seed_from_u64(seed))
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.0.random_range(0..n.max(1))
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    pub fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(u32::try_from(from.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// A duration or size around `typical` with the long tail that such things have.
    pub fn tailed(&mut self, typical: f64) -> f64 {
        let u: f64 = self.0.random_range(0.0..1.0);
        let v: f64 = self.0.random_range(0.0..1.0);
        // Log-normal, σ = 0.5 (Box-Muller).
        let normal = (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        (typical * (0.5 * normal).exp() * 10.0).round() / 10.0
    }

    /// A version-4 style id.
    pub fn id(&mut self) -> String {
        let (a, b): (u64, u64) = (self.0.random(), self.0.random());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }
}

use proptest::test_runner::{Config, RngSeed};

/// The same cases in every run.
pub(super) fn seeded(cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(0x5167_a1b0);
    Config { cases, rng_seed, failure_persistence: None, ..Config::default() }
}

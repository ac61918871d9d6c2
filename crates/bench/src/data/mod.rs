//! Synthetic telemetry: a week of a shop with 200 000 visitors, the same for the same seed.
//!
//! Kinds, cardinalities and skew follow the shape that storage decisions were measured with: 40 %
//! page views, 22 % API calls, 15 % logs, 10 % interactions, 9 % vitals, 4 % errors; 1000 URLs by
//! Zipf's law; arrival in time order but for five seconds of jitter; 55 % belong to project 1.

mod generator;
mod rows;
mod zipf;

pub use generator::Generator;
pub use rows::{Row, RowKind};

pub const DAY_MS: i64 = 86_400_000;
/// Midnight UTC at which the synthetic week begins.
pub const WEEK_START: i64 = 1_788_220_800_000;
pub const WEEK_END: i64 = WEEK_START + 7 * DAY_MS;

/// Occurs in the messages of about one log line in 10 000.
pub const RARE_WORD: &str = "quorum lost";

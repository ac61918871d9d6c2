//! How much one message may ask for. The schemas say the same.

/// Types, channels and components, each.
pub(super) const MAX_NAMES: usize = 100;
/// Characters of a channel or component.
pub(super) const MAX_NAME: usize = 128;
/// Characters of an id that is repeated in answers.
pub(super) const MAX_ID: usize = 64;
pub(super) const MAX_TOKEN: usize = 8192;
pub(super) const MAX_THROTTLE_MS: u64 = 60_000;
pub(super) const MAX_HISTORY: u64 = 100;
pub(super) const MAX_EPOCH: usize = 64;
/// The largest integer that JavaScript holds exactly.
pub(super) const SAFE_INTEGER: u64 = (1 << 53) - 1;
/// Brackets within brackets.
pub(super) const MAX_DEPTH: usize = 32;
/// Values in all, so that what is built stays in proportion to what came.
pub(super) const MAX_VALUES: usize = 4096;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;
use utoipa::ToSchema;

use super::receipt::{Receipt, Stopped};

#[derive(Debug, Default)]
pub struct Counters {
    accepted: AtomicU64,
    duplicates: AtomicU64,
    invalid: AtomicU64,
    rate_limited: AtomicU64,
    overloaded: AtomicU64,
}

/// Of events that were to be published, since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedTotals {
    pub accepted: u64,
    pub duplicates: u64,
    pub invalid: u64,
    /// Requests that were stopped by their rate.
    pub rate_limited: u64,
    /// Requests that were stopped because too much waited.
    pub overloaded: u64,
}

impl Counters {
    pub(super) fn count(&self, receipt: &Receipt) {
        self.accepted.fetch_add(receipt.accepted.into(), Relaxed);
        self.duplicates.fetch_add(receipt.duplicates.into(), Relaxed);
        self.invalid.fetch_add(receipt.refused.into(), Relaxed);
        match receipt.stopped {
            Some(Stopped::Overloaded) => self.overloaded.fetch_add(1, Relaxed),
            Some(Stopped::RateLimited { .. }) => self.rate_limited.fetch_add(1, Relaxed),
            None => 0,
        };
    }

    pub fn read(&self) -> PublishedTotals {
        PublishedTotals {
            accepted: self.accepted.load(Relaxed),
            duplicates: self.duplicates.load(Relaxed),
            invalid: self.invalid.load(Relaxed),
            rate_limited: self.rate_limited.load(Relaxed),
            overloaded: self.overloaded.load(Relaxed),
        }
    }
}

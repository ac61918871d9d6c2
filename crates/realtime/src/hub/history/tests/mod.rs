mod ring;
mod rooms;

use super::*;

const PLENTY: Keep = Keep { count: 1000, bytes: 1000, age_ms: 1_000_000 };

fn entry(offset: u64) -> Entry<u64> {
    Entry { offset, at: 0, bytes: 1, item: offset }
}

fn complete(items: impl IntoIterator<Item = u64>) -> Since<Vec<u64>> {
    Since::Complete(items.into_iter().collect())
}

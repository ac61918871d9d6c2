use std::collections::HashMap;

use super::{Facts, Filter, Levels};

/// Slots of filters, by what is cheap to compare: those that name devices under each of them, the
/// others apart.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    by_device: HashMap<Box<str>, Bucket>,
    any_device: Bucket,
}

/// Levels stand beside the slots, so that a filter for other levels is not even looked at.
type Bucket = Vec<(Levels, usize)>;

impl Buckets {
    pub fn add(&mut self, filter: &Filter, slot: usize) {
        let (devices, levels) = parts(filter);
        if devices.is_empty() {
            self.any_device.push((levels, slot));
        }
        for device in devices {
            self.by_device.entry(device.clone()).or_default().push((levels, slot));
        }
    }

    pub fn remove(&mut self, filter: &Filter, slot: usize) {
        let (devices, _) = parts(filter);
        if devices.is_empty() {
            self.any_device.retain(|(_, other)| *other != slot);
        }
        for device in devices {
            let Some(bucket) = self.by_device.get_mut(device) else { continue };
            bucket.retain(|(_, other)| *other != slot);
            if bucket.is_empty() {
                self.by_device.remove(device);
            }
        }
    }

    /// Every slot whose filter may match, once.
    pub fn candidates(&self, facts: &Facts<'_>) -> impl Iterator<Item = usize> {
        let level = facts.level;
        let of_device = facts.device.and_then(|device| self.by_device.get(device));
        let slots = of_device.into_iter().chain([&self.any_device]).flatten();
        slots.filter(move |(levels, _)| levels.admits(level)).map(|(_, slot)| *slot)
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.by_device.is_empty() && self.any_device.is_empty()
    }
}

fn parts(filter: &Filter) -> (&[Box<str>], Levels) {
    match filter {
        Filter::Log(filter) => (filter.devices(), filter.levels()),
        Filter::Health(_) => (&[], Levels::ANY),
    }
}

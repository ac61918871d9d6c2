//! A Bloom filter over ids that are already hashes.

const BITS_PER_KEY: usize = 10;
const PROBES: u64 = 7;

/// About 1 % of absent ids pass.
#[derive(Debug)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    pub fn for_keys(count: usize) -> Self {
        Filter { words: vec![0; (count * BITS_PER_KEY).div_ceil(64).max(1)] }
    }

    pub fn insert(&mut self, id: &[u8; 12]) {
        for bit in self.bits(id) {
            self.words[bit / 64] |= 1 << (bit % 64);
        }
    }

    pub fn may_contain(&self, id: &[u8; 12]) -> bool {
        self.bits(id).all(|bit| self.words[bit / 64] & (1 << (bit % 64)) != 0)
    }

    pub fn bytes(&self) -> usize {
        self.words.len() * 8
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|w| w.to_le_bytes()).collect()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        let words: Vec<u64> = words.iter().map(|w| u64::from_le_bytes(*w)).collect();
        (rest.is_empty() && !words.is_empty()).then_some(Filter { words })
    }

    /// Double hashing: the two halves of the id are independent enough.
    fn bits(&self, id: &[u8; 12]) -> impl Iterator<Item = usize> + use<> {
        let half = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&id[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let (first, step) = (half(0), half(4).rotate_left(32) | 1);
        let bits = self.words.len() as u64 * 64;
        (0..PROBES).map(move |i| (first.wrapping_add(i.wrapping_mul(step)) % bits) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> [u8; 12] {
        let mut id = [0; 12];
        id.copy_from_slice(&blake3::hash(&n.to_le_bytes()).as_bytes()[..12]);
        id
    }

    #[test]
    fn nothing_inserted_is_missed_and_little_else_passes() {
        let mut filter = Filter::for_keys(10_000);
        (0..10_000).for_each(|n| filter.insert(&id(n)));
        let filter = Filter::from_bytes(&filter.to_bytes()).expect("round trip");
        assert!((0..10_000).all(|n| filter.may_contain(&id(n))));
        let false_hits = (10_000..110_000).filter(|&n| filter.may_contain(&id(n))).count();
        assert!(false_hits < 2_000, "{false_hits} of 100000");
    }
}

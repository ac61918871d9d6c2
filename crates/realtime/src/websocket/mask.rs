//! Removing the mask that every frame from a client carries. It hides nothing; it only keeps
//! proxies from taking a payload for HTTP.

/// Unmasks in place and returns the key as it continues after `payload`, whose end need not fall
/// on a multiple of four.
pub(super) fn unmask(payload: &mut [u8], mut key: [u8; 4]) -> [u8; 4] {
    let [a, b, c, d] = key;
    // Native order on both sides, so the bytes stay where they are on any machine.
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, k) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= k;
    }
    key.rotate_left(rest.len() % 4);
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_split_gives_what_byte_by_byte_gives(
            data in proptest::collection::vec(any::<u8>(), 0..80),
            key in any::<[u8; 4]>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let expected: Vec<u8> =
                data.iter().enumerate().map(|(i, b)| b ^ key[i % 4]).collect();
            let mut actual = data;
            let at = cut.index(actual.len() + 1);
            let (left, right) = actual.split_at_mut(at);
            let key = unmask(left, key);
            unmask(right, key);
            prop_assert_eq!(actual, expected);
        }
    }
}

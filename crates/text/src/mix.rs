//! The hash of words and features: one multiplication a step, and the well mixed bits are the upper
//! ones.
//!
//! Guarantees: the same on every machine, and in training as in use; a change asks for new models.

/// Where a feature begins.
pub(crate) const SEED: u64 = 0x51_7c_c1_b7_27_22_0a_95;

/// The multiplier of Knuth's multiplicative hashing for 64 bits (the golden ratio).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The state with one more letter or byte.
pub(crate) fn mix(state: u64, letter: u32) -> u64 {
    (state.rotate_left(5) ^ u64::from(letter)).wrapping_mul(GOLDEN)
}

/// The state with further bytes.
pub(crate) fn mix_all(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, &byte| mix(state, byte.into()))
}

/// The upper bits of a state.
pub(crate) const fn upper(state: u64, bits: u32) -> u64 {
    state >> (64 - bits)
}

/// The hash of a word, eight bytes a step; the last step may look at bytes once more, so that words
/// of 8 to 16 bytes, which are most of the longer ones, cost two.
pub(crate) fn word(word: &[u8]) -> u32 {
    (word_state(word) >> u32::BITS) as u32
}

fn word_state(word: &[u8]) -> u64 {
    const HALF: u32 = u64::BITS / 2;
    let length = word.len();
    let start = SEED ^ length as u64;
    if length < 8 {
        let [first, last] = match length {
            0 => [0, 0],
            1..=3 => [u32::from_le_bytes([word[0], word[length / 2], word[length - 1], 0]), 0],
            _ => [four(word, 0), four(word, length - 4)],
        };
        return step(start, u64::from(first) | u64::from(last) << HALF);
    }
    let (eights, _) = word[..length - 1].as_chunks::<8>();
    let whole = eights.iter().fold(start, |state, bytes| step(state, u64::from_le_bytes(*bytes)));
    step(whole, eight(word, length - 8))
}

/// The state with eight more bytes, mixed downwards as well.
fn step(state: u64, bytes: u64) -> u64 {
    let mixed = (state.rotate_left(5) ^ bytes).wrapping_mul(GOLDEN);
    mixed ^ mixed >> 32
}

/// Four bytes of a word that has as many there.
pub(crate) fn four(word: &[u8], at: usize) -> u32 {
    word[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Eight bytes of a word that has as many there.
pub(crate) fn eight(word: &[u8], at: usize) -> u64 {
    word[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_length_of_a_word_count() {
        let mut hashes = std::collections::HashSet::new();
        for length in 0..=40 {
            let plain = vec![b'a'; length];
            assert!(hashes.insert(word(&plain)), "{length}");
            for at in 0..length {
                let mut changed = plain.clone();
                changed[at] = b'b';
                assert!(hashes.insert(word(&changed)), "{at} of {length}");
            }
        }
    }
}

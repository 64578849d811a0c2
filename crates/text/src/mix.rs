//! The hash of features: one multiplication a step, and the well mixed bits are the upper ones.
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

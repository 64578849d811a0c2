//! The simulation's dice: the same seed rolls the same faults on every machine.
//!
//! Refuses: entropy from the machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of rolls.
#[derive(Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Rolls a whole number below `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.0.next_u64()) * bound as u128) >> 64) as usize
    }

    /// Rolls whether something happens that does so often in a thousand times.
    pub(crate) fn happens(&mut self, per_thousand: u32) -> bool {
        // A chance of nothing takes no roll, so that a run without faults has its own stream.
        per_thousand > 0 && self.below(1_000) < per_thousand as usize
    }

    /// Picks one of them, each as likely; none of an empty slice.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }
}

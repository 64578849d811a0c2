//! The simulator's dice: one stream of rolls for what happens next, and derived rolls for what must
//! come out the same whenever it is asked for (a profile, a text).
//!
//! Guarantees: the same seed gives the same rolls, whatever the version of any library of
//! distributions: every distribution here is built from 64 bit rolls alone.
//! Refuses: entropy from the machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Something that can be rolled.
pub(crate) trait Roll {
    /// Rolls 64 bits.
    fn bits(&mut self) -> u64;

    /// Rolls a number from 0 to 1, without 1.
    fn unit(&mut self) -> f64 {
        // 53 bits are what an f64 holds exactly.
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Rolls a whole number below `bound`; 0 when the bound is 0.
    fn below(&mut self, bound: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// Rolls whether something of this probability happens.
    fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Rolls a waiting time of this mean.
    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Rolls a standard normal number (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Picks one of them, each as likely.
    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        assert!(!choices.is_empty(), "a choice needs something to choose from");
        &choices[self.below(choices.len() as u32) as usize]
    }

    /// Picks one of the words, each as likely.
    fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick::<&'static str>(words)
    }

    /// Picks the place of one weight, each as likely as it weighs.
    fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }
}

/// The one stream of rolls that drives a run.
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }
}

impl Roll for Dice {
    fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// Rolls derived from a seed and a number, cheap to start: `SplitMix64` (Steele, Lea and Flood
/// 2014).
#[derive(Clone, Debug)]
pub(crate) struct Derived(u64);

impl Derived {
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        Self(mix(seed ^ mix(number)))
    }
}

impl Roll for Derived {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }
}

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rolls_have_the_means_they_promise() {
        let mut dice = Dice::new(1);
        let rolls = 100_000;
        let mean = |mut roll: Box<dyn FnMut() -> f64>| {
            (0..rolls).map(|_| roll()).sum::<f64>() / f64::from(rolls)
        };
        let mut other = dice.clone();
        assert!((mean(Box::new(move || dice.exponential(3.0))) - 3.0).abs() < 0.05);
        assert!(mean(Box::new(move || other.normal())).abs() < 0.02);
        let mut derived = Derived::new(1, 2);
        let picked = mean(Box::new(move || derived.weighted(&[1.0, 0.0, 1.0]) as f64));
        assert!((picked - 1.0).abs() < 0.02);
    }
}

//! The votes of hashes on the bits of a fingerprint.
//!
//! Eight counters of one byte stand in each word, so that a hash is counted in eight steps and not
//! in sixty-four; before a byte could run over, the counters are emptied into larger ones.
//!
//! Guarantees: whole numbers, any count of hashes. Refuses ties: a bit needs more than half.

/// Hashes after which a counter of one byte could run over.
const FULL: u32 = 255;

/// How many hashes have each bit.
#[derive(Debug)]
pub(super) struct Votes {
    near: [u64; 8],
    held: u32,
    far: [u32; 64],
    hashes: u32,
}

impl Default for Votes {
    fn default() -> Self {
        Self { near: [0; 8], held: 0, far: [0; 64], hashes: 0 }
    }
}

impl Votes {
    /// Counts a hash.
    pub(super) fn add(&mut self, hash: u64) {
        for (counters, byte) in self.near.iter_mut().zip(hash.to_le_bytes()) {
            *counters += SPREAD[usize::from(byte)];
        }
        self.hashes += 1;
        self.held += 1;
        if self.held == FULL {
            self.empty();
        }
    }

    /// The bits that more than half of the hashes have.
    pub(super) fn majority(mut self) -> u64 {
        self.empty();
        let voted = self.far.iter().enumerate();
        voted.fold(0, |bits, (bit, votes)| bits | u64::from(votes * 2 > self.hashes) << bit)
    }

    fn empty(&mut self) {
        let (eights, _) = self.far.as_chunks_mut::<8>();
        for (far, near) in eights.iter_mut().zip(&mut self.near) {
            for (far, near) in far.iter_mut().zip(near.to_le_bytes()) {
                *far += u32::from(near);
            }
            *near = 0;
        }
        self.held = 0;
    }
}

/// The bits of each byte, each in a byte of its own.
const SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= (byte as u64 >> bit & 1) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_is_counted_beyond_a_byte() {
        for byte in 0..=u8::MAX {
            let bits = SPREAD[usize::from(byte)].to_le_bytes();
            assert!((0..8).all(|bit| bits[bit] == byte >> bit & 1), "{byte}");
        }
        for (ones, zeros, expected) in [(700, 699, u64::MAX), (700, 700, 0), (0, 3, 0), (1, 0, 1)] {
            let mut votes = Votes::default();
            (0..ones).for_each(|_| votes.add(expected));
            (0..zeros).for_each(|_| votes.add(0));
            assert_eq!(votes.majority(), expected, "{ones} {zeros}");
        }
    }
}

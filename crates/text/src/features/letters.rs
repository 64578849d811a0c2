//! The letters of one word between its borders, and their n-grams.

use super::{LETTERS_SEED, LONGEST, SHORTEST, step};

/// Borders of a word; no text holds these.
const OPENING: u32 = 0xf_ff01;
const CLOSING: u32 = 0xf_ff02;

/// Letters of one word at most: longer ones are no words, and their n-grams say nothing more.
const MAX_LETTERS: usize = 64;

/// The letters of one word.
#[derive(Debug)]
pub(super) struct Letters {
    codes: [u32; MAX_LETTERS + 2],
    count: usize,
    elongated: bool,
}

impl Letters {
    /// The letters of a folded word: runs of three and more of a letter become two.
    pub(super) fn of(word: &str) -> Self {
        let mut all = Self { codes: [0; MAX_LETTERS + 2], count: 0, elongated: false };
        all.push(OPENING);
        let (mut last, mut run) = (0, 0);
        for letter in word.chars().map(u32::from) {
            run = if letter == last { run + 1 } else { 1 };
            last = letter;
            if run > 2 {
                all.elongated = true;
            } else if all.count <= MAX_LETTERS {
                all.push(letter);
            }
        }
        all.push(CLOSING);
        all
    }

    fn push(&mut self, letter: u32) {
        self.codes[self.count] = letter;
        self.count += 1;
    }

    fn all(&self) -> &[u32] {
        &self.codes[..self.count]
    }

    /// How many letters there are between the borders.
    pub(super) fn inner(&self) -> usize {
        self.count - 2
    }

    /// Whether a letter was held down.
    pub(super) fn is_elongated(&self) -> bool {
        self.elongated
    }

    /// The hash of the whole word.
    pub(super) fn hash(&self, seed: u64) -> u64 {
        self.all().iter().fold(seed, |hash, &letter| step(hash, letter))
    }

    /// Gives the hash of each n-gram.
    pub(super) fn ngrams(&self, mut give: impl FnMut(u64)) {
        let letters = self.all();
        for start in 0..letters.len() {
            let mut hash = LETTERS_SEED;
            let window = &letters[start..(start + LONGEST).min(letters.len())];
            for (place, &letter) in window.iter().enumerate() {
                hash = step(hash, letter);
                if place + 1 >= SHORTEST {
                    give(hash);
                }
            }
        }
    }
}

//! The letters of one word between its borders, and their n-grams.

use super::{LETTERS_SEED, LONGEST, SHORTEST, step};

/// Borders of a word; no text holds these.
const OPENING: u32 = 0xf_ff01;
const CLOSING: u32 = 0xf_ff02;

/// Letters of one word at most: longer ones are no words, and their n-grams say nothing more.
const MAX_LETTERS: usize = 64;

/// The letters of one word; reused from word to word.
#[derive(Debug, Default)]
pub(super) struct Letters {
    letters: Vec<u32>,
    elongated: bool,
}

impl Letters {
    /// Takes a folded word: runs of three and more of a letter become two.
    pub(super) fn set(&mut self, word: &str) {
        self.letters.clear();
        self.elongated = false;
        self.letters.push(OPENING);
        let (mut last, mut run) = (0, 0);
        for letter in word.chars().map(u32::from) {
            run = if letter == last { run + 1 } else { 1 };
            last = letter;
            if run > 2 {
                self.elongated = true;
            } else if self.letters.len() <= MAX_LETTERS {
                self.letters.push(letter);
            }
        }
        self.letters.push(CLOSING);
    }

    /// How many letters there are between the borders.
    pub(super) fn inner(&self) -> usize {
        self.letters.len() - 2
    }

    /// Whether a letter was held down.
    pub(super) fn is_elongated(&self) -> bool {
        self.elongated
    }

    /// The hash of the whole word.
    pub(super) fn hash(&self, seed: u64) -> u64 {
        self.letters.iter().fold(seed, |hash, &letter| step(hash, letter))
    }

    /// Gives the hash of each n-gram.
    pub(super) fn ngrams(&self, mut give: impl FnMut(u64)) {
        for start in 0..self.letters.len() {
            let mut hash = LETTERS_SEED;
            let window = &self.letters[start..(start + LONGEST).min(self.letters.len())];
            for (place, &letter) in window.iter().enumerate() {
                hash = step(hash, letter);
                if place + 1 >= SHORTEST {
                    give(hash);
                }
            }
        }
    }
}

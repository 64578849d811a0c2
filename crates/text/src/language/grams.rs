//! The features of a word: its runs of two to four letters with their borders, the letters that are
//! not ASCII, and the word as a whole, each as a key of 22 bits.
//!
//! Guarantees: the same word gives the same keys in training and in use, on every machine; at most
//! `MAX_LETTERS` letters of a word count, so cost is bounded. Letters said three times or more
//! count twice (`sooo` is `soo`).
//!
//! Refuses: folding; the words come folded from the tokens.

use crate::mix::{SEED, mix, upper};

/// Bits of a key: four million keys, of which the model keeps about one in twenty.
pub const KEY_BITS: u32 = 22;

/// Letters of a word that count: the longest words that tell more than their beginning are shorter.
const MAX_LETTERS: usize = 24;

/// Longest run of letters.
const LONGEST: usize = 4;

/// Keys of a word at most: the runs from each letter and border, and the word.
pub const MAX_KEYS: usize = (MAX_LETTERS + 2) * LONGEST + 1;

/// What stands before and after a word. No text holds them: they are control characters.
const BEFORE: u32 = 2;
const AFTER: u32 = 3;

/// Calls back with the key of each feature of a folded word.
pub fn grams(word: &str, each: impl FnMut(u32)) {
    let mut letters = Letters::new();
    letters.push(BEFORE);
    letters.extend(word);
    letters.push(AFTER);
    letters.keys(true, each);
}

/// The same for a part of a word whose borders are not known; training has statistics of such.
pub fn inner_grams(part: &str, each: impl FnMut(u32)) {
    let mut letters = Letters::new();
    letters.extend(part);
    letters.keys(false, each);
}

/// The letters of a word that count, and its borders.
struct Letters {
    codes: [u32; MAX_LETTERS + 2],
    count: usize,
}

impl Letters {
    fn new() -> Self {
        Self { codes: [0; MAX_LETTERS + 2], count: 0 }
    }

    fn push(&mut self, code: u32) {
        self.codes[self.count] = code;
        self.count += 1;
    }

    fn extend(&mut self, word: &str) {
        for letter in word.chars() {
            let code = u32::from(letter);
            if self.codes[..self.count].ends_with(&[code, code]) {
                continue;
            }
            if self.count > MAX_LETTERS {
                break;
            }
            self.push(code);
        }
    }

    fn keys(&self, whole: bool, mut each: impl FnMut(u32)) {
        let letters = &self.codes[..self.count];
        for (start, &first) in letters.iter().enumerate() {
            let mut state = mix(SEED, first);
            if first > 0x7f {
                each(key(state));
            }
            for &letter in letters[start + 1..].iter().take(LONGEST - 1) {
                state = mix(state, letter);
                each(key(state));
            }
        }
        if whole && letters.len() > LONGEST {
            let state = letters.iter().fold(SEED, |state, &letter| mix(state, letter));
            each(key(state));
        }
    }
}

fn key(state: u64) -> u32 {
    upper(state, KEY_BITS) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(word: &str) -> Vec<u32> {
        let mut keys = Vec::new();
        grams(word, |key| keys.push(key));
        keys
    }

    #[test]
    fn a_word_has_its_runs_its_foreign_letters_and_itself() {
        // Runs that start at the border, a, b: `^a ^ab ^ab$`, `ab ab$`, `b$`.
        assert_eq!(keys("ab").len(), 6);
        // `é` alone besides.
        assert_eq!(keys("éb").len(), 7);
        // 3 + 3 + 2 + 1 and the word.
        assert_eq!(keys("abc").len(), 10);
        assert!(keys("abc").iter().all(|key| *key < 1 << KEY_BITS));
    }

    #[test]
    fn letters_said_often_count_twice_and_long_words_end() {
        assert_eq!(keys("sooooo"), keys("soo"));
        assert!(keys(&"ab".repeat(50_000)).len() <= 3 * (MAX_LETTERS + 2) + 1);
        assert_eq!(keys(""), [key(mix(mix(SEED, BEFORE), AFTER))]);
    }
}

//! Which names are ordinary words as well.
//!
//! English: what the dictionary lists without a capital ("nice", "reading", "mobile"). Others: what
//! is written far more often than a place of its size would be ("un", "nada", "casa").

use std::collections::{BTreeMap, BTreeSet};

/// A word of the dictionary is a place first if so many people live there: of the larger cities
/// that are words, as Shanghai, Hamburg and Manila, none is a word that a profile would hold.
const LARGE: u64 = 1_500_000;

/// A word outweighs a place if it is seen in a thousand million words more often than the place has
/// people: places of a million people are met some thirty times less than that.
const WORDS: f64 = 1e9;

/// Latin letters that are too short to tell a place from an abbreviation.
const SHORT: usize = 2;

/// Names of several words that are all ordinary ("Mountain View") are places from so many people
/// on: there are few turns of phrase among them, and none among the larger ones.
const LARGE_PHRASE: u64 = 100_000;

/// Words of a dictionary and of lists of frequencies.
#[derive(Debug, Default)]
pub struct Words {
    dictionary: BTreeSet<String>,
    /// The share of a word among all, in the language where it is largest.
    shares: BTreeMap<String, f64>,
}

impl Words {
    /// Adds a dictionary of Hunspell: one word a line, flags behind a slash.
    pub fn add_dictionary(&mut self, text: &str) {
        let words = text.lines().skip(1).filter_map(|line| line.split('/').next());
        let lower = words.filter(|word| word.starts_with(char::is_lowercase));
        self.dictionary.extend(lower.map(str::to_owned));
    }

    /// Adds a word with its share among all of its language.
    pub fn add(&mut self, word: String, share: f64) {
        let known = self.shares.entry(word).or_default();
        *known = known.max(share);
    }

    /// Whether people write this word at all.
    pub fn is_written(&self, word: &str) -> bool {
        self.shares.contains_key(word)
    }

    /// Whether this key is an ordinary word or phrase as well as a place of so many people.
    pub fn is_ordinary(&self, key: &str, people: u64, is_capital: bool) -> bool {
        if key.contains(' ') {
            let plain = key.split(' ').all(|word| self.dictionary.contains(word));
            return plain && people < LARGE_PHRASE;
        }
        let short = key.is_ascii() && key.len() <= SHORT;
        let share = self.shares.get(key).copied().unwrap_or(0.0);
        short
            || self.dictionary.contains(key) && people < LARGE
            || !is_capital && share * WORDS > people as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_places_first_are_told_from_ordinary_ones() {
        let mut words = Words::default();
        words.add_dictionary("4\nnice/PY\nmanila/M\nLima/M\nmountain/S\nview/S");
        words.add("nada".to_owned(), 1e-3);
        words.add("london".to_owned(), 1e-4);
        for (key, people, ordinary) in [
            ("nice", 340_000, true),
            ("manila", 1_600_000, false),
            ("lima", 8_000_000, false),
            ("nada", 250_000, true),
            ("london", 9_000_000, false),
            ("mountain view", 80_000, true),
            ("of", 20_000, true),
            ("ulm", 120_000, false),
        ] {
            assert_eq!(words.is_ordinary(key, people, false), ordinary, "{key}");
        }
    }
}

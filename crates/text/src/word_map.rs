//! What is known of words: most words of a text are in no list of ours, and one bit tells that.
//!
//! Guarantees: a look-up of a word that is not there mostly costs one bit and no hash. Refuses
//! words that are not written as tokens fold.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::mix;
use crate::token::Tokens;

/// Bits that tell which words can be there: lists have a few hundred words, and 512 bytes stay in
/// the nearest cache.
const BITS: u32 = 12;

/// Words with what they stand for.
#[derive(Clone, Debug)]
pub(crate) struct WordMap<V> {
    words: FxHashMap<Box<str>, V>,
    seen: [u64; 1 << (BITS - 6)],
}

impl<V> Default for WordMap<V> {
    fn default() -> Self {
        Self { words: FxHashMap::default(), seen: [0; 1 << (BITS - 6)] }
    }
}

impl<V> WordMap<V> {
    /// The entry of a folded word.
    pub(crate) fn entry(&mut self, word: &str) -> Entry<'_, Box<str>, V> {
        let (place, bit) = seat(mix::word(word.as_bytes()));
        self.seen[place] |= bit;
        self.words.entry(word.into())
    }

    /// What stands with a folded word.
    pub(crate) fn find(&self, word: &str) -> Option<&V> {
        self.words.get(word)
    }

    /// What stands with a token.
    pub(crate) fn get(&self, tokens: &Tokens<'_>, index: usize) -> Option<&V> {
        let (place, bit) = seat(tokens.hash(index));
        if self.seen[place] & bit == 0 {
            return None;
        }
        self.find(tokens.folded(index))
    }
}

/// The place and the bit of a hash.
fn seat(hash: u32) -> (usize, u64) {
    let number = hash >> (u32::BITS - BITS);
    ((number >> 6) as usize, 1 << (number & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_written_and_others_are_not() {
        let mut map = WordMap::default();
        for (number, word) in ["refund", "été", "a much longer word than most"].iter().enumerate()
        {
            map.entry(word).insert_entry(number);
        }
        let tokens = Tokens::of("REFUND this Été now");
        let found: Vec<_> = (0..tokens.len()).map(|index| map.get(&tokens, index)).collect();
        assert_eq!(found, [Some(&0), None, Some(&1), None]);
    }
}

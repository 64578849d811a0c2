//! Features: the hashed word and letter n-grams of a text, for linear models.
//!
//! A feature is a row number below `2^bits`. Of each token: the word itself, the pair with the word
//! before it, its letter n-grams (3 to 5, with the word's borders). Scripts without spaces, whose
//! tokens are single characters, give runs of two to four tokens in place of letter n-grams. What
//! stands between tokens (`!`, `?`, `...`) counts with the token before it.
//!
//! Guarantees: the same rows for training and judging and on every machine; work and the number of
//! features are linear in the text; nothing is allocated for a text but one buffer that is reused.
//!
//! Refuses: links (one feature says that there is one), names of accounts (one feature for all).

mod letters;
mod marks;

use crate::token::{TokenKind, Tokens};
use letters::Letters;

/// What part of a token a feature looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureKind {
    /// The whole word, emoji or emoticon.
    Word,
    /// Letters inside a word.
    Letters,
    /// This word after the one before it.
    Pair,
    /// How it is written or what follows it: marks, capitals, held-down letters.
    Style,
}

/// Where a feature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// The index of its token.
    pub token: u32,
    /// The hash whose upper bits name the row.
    pub hash: u64,
    /// What it looks at.
    pub kind: FeatureKind,
}

impl Feature {
    /// The row in a table of `2^bits` rows.
    pub fn row(&self, bits: u32) -> u32 {
        (self.hash >> (64 - bits)) as u32
    }
}

/// An odd constant without structure: 2^64 divided by the golden ratio.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

const WORD_SEED: u64 = 0x51;
const LETTERS_SEED: u64 = 0x52;
const STYLE_SEED: u64 = 0x53;

/// The shortest and longest letter n-grams.
const SHORTEST: usize = 3;
const LONGEST: usize = 5;

/// One step of the rolling hash.
const fn step(hash: u64, letter: u32) -> u64 {
    (hash.rotate_left(23) ^ letter as u64).wrapping_mul(MULTIPLIER)
}

/// The hash of a word's feature, as `each` gives it for a word of this folded form.
pub fn word_hash(word: &str) -> u64 {
    let mut letters = Letters::default();
    letters.set(word);
    letters.hash(WORD_SEED)
}

/// Gives each feature of a text, token by token in the text's order.
pub fn each(tokens: &Tokens<'_>, mut give: impl FnMut(Feature)) {
    let mut letters = Letters::default();
    let mut run = Run::default();
    let mut before = 0;
    for index in 0..tokens.len() {
        let kind = tokens.get(index).kind;
        let token = index as u32;
        let mut give = |hash, kind| give(Feature { token, hash, kind });
        let word = reduced(tokens, index, kind);
        letters.set(word);
        let hash = letters.hash(WORD_SEED);
        give(hash, FeatureKind::Word);
        if before != 0 {
            give(step(before, 0).wrapping_add(hash).wrapping_mul(MULTIPLIER), FeatureKind::Pair);
        }
        let is_unspaced = kind == TokenKind::Word && letters.inner() < SHORTEST && is_wide(word);
        run.extend(hash, is_unspaced && tokens.gap_before(index).is_empty(), |hash| {
            give(hash, FeatureKind::Letters);
        });
        if matches!(kind, TokenKind::Word | TokenKind::Hashtag) && !is_unspaced {
            letters.ngrams(|hash| give(hash, FeatureKind::Letters));
        }
        if kind == TokenKind::Word {
            if letters.is_elongated() {
                give(step(STYLE_SEED, 1), FeatureKind::Style);
            }
            if is_shouted(tokens.written(index)) {
                give(step(STYLE_SEED, 2), FeatureKind::Style);
            }
        }
        if let Some(mark) = marks::of(tokens.gap_before(index + 1)) {
            give(step(STYLE_SEED, mark), FeatureKind::Style);
        }
        before = hash;
    }
}

/// The form under which a token is hashed: links and account names are all alike.
fn reduced<'a>(tokens: &'a Tokens<'_>, index: usize, kind: TokenKind) -> &'a str {
    match kind {
        TokenKind::Url => "http",
        TokenKind::Handle => "@",
        TokenKind::Cashtag => "$",
        TokenKind::Word | TokenKind::Number | TokenKind::Hashtag => tokens.folded(index),
        TokenKind::Emoji | TokenKind::Emoticon => face(tokens.folded(index)),
    }
}

/// A held-down face with two mouths, an emoji without its skin tone.
fn face(folded: &str) -> &str {
    let Some(first) = folded.chars().next() else { return folded };
    if first.is_ascii() {
        return folded;
    }
    let tone = folded.find(|letter| matches!(letter, '\u{1f3fb}'..='\u{1f3ff}'));
    tone.map_or(folded, |at| if at == 0 { folded } else { &folded[..at] })
}

fn is_wide(word: &str) -> bool {
    word.chars().next().is_some_and(|letter| letter as u32 >= 0xe00)
}

fn is_shouted(word: &str) -> bool {
    word.len() > 2
        && word.bytes().all(|byte| !byte.is_ascii_lowercase())
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// The last hashes of a run of tokens that stand without spaces.
#[derive(Default)]
struct Run {
    hashes: [u64; 3],
    length: usize,
}

impl Run {
    /// Takes the next token; gives the runs of three and four that end with it. Pairs are given
    /// for all scripts.
    fn extend(&mut self, hash: u64, joins: bool, mut give: impl FnMut(u64)) {
        if !joins {
            self.length = 0;
        }
        let [first, second, third] = self.hashes;
        if self.length >= 2 {
            let three = step(second, 3).wrapping_add(third).wrapping_mul(MULTIPLIER);
            give(three.rotate_left(29).wrapping_add(hash).wrapping_mul(MULTIPLIER));
            if self.length >= 3 {
                let four = step(first, 4).wrapping_add(three).wrapping_mul(MULTIPLIER);
                give(four.rotate_left(29).wrapping_add(hash).wrapping_mul(MULTIPLIER));
            }
        }
        self.hashes = [second, third, hash];
        self.length += 1;
    }
}

#[cfg(test)]
mod tests;

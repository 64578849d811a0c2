//! Features: the hashed word and letter n-grams of a text, for linear models.
//!
//! A feature is a row number below `2^bits`. Of each token: the word itself, the words a hashtag is
//! made of, the pair with the word before it, its letter n-grams (3 to 5, with the word's borders).
//! Scripts without spaces, whose tokens are single characters, give runs of two to four tokens in
//! place of letter n-grams. What stands between tokens (`!`, `?`, `...`) counts with the token
//! before it.
//!
//! Guarantees: the same rows for training and judging and on every machine; work and the number of
//! features are linear in the text; only parts of hashtags are allocated. What a token shows by
//! itself (`inside`) and what it shows beside others (`Between`) are apart, so that the first can
//! be remembered.
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

impl FeatureKind {
    /// Whether negation, boosters and contrast change what it says. What pairs and marks say holds
    /// whatever the scope: "not good" is itself.
    pub(crate) const fn is_scoped(self) -> bool {
        matches!(self, Self::Word | Self::Letters)
    }
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
    Letters::of(word).hash(WORD_SEED)
}

/// Gives each feature of a text, token by token in the text's order.
pub fn each(tokens: &Tokens<'_>, mut give: impl FnMut(Feature)) {
    let mut between = Between::default();
    for index in 0..tokens.len() {
        let token = index as u32;
        let mut give = |hash, kind| give(Feature { token, hash, kind });
        let (word, class) = reduced(tokens, index);
        let form = inside(word, class, &mut give);
        for part in tokens.parts(index) {
            inside(&part, Class::Word, &mut give);
        }
        between.next(tokens, index, form, &mut give);
    }
}

/// Which features a token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A word: all.
    Word,
    /// A hashtag: its letters, not its style.
    Hashtag,
    /// A number or a face: the token as a whole.
    Whole,
    /// A link, an account or a share: that there is one.
    Reference,
}

/// What a token is like by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    hash: u64,
    is_word: bool,
    is_elongated: bool,
    is_unspaced: bool,
}

/// Gives what a token shows whatever stands around it: itself and its letters.
pub(crate) fn inside(word: &str, class: Class, mut give: impl FnMut(u64, FeatureKind)) -> Form {
    let letters = Letters::of(word);
    let hash = letters.hash(WORD_SEED);
    give(hash, FeatureKind::Word);
    let is_word = class == Class::Word;
    let is_unspaced = is_word && letters.inner() < SHORTEST && is_wide(word);
    if matches!(class, Class::Word | Class::Hashtag) && !is_unspaced {
        letters.ngrams(|hash| give(hash, FeatureKind::Letters));
    }
    Form { hash, is_word, is_elongated: letters.is_elongated(), is_unspaced }
}

/// What a token shows beside others.
#[derive(Default)]
pub(crate) struct Between {
    before: u64,
    run: Run,
}

impl Between {
    /// Gives what the next token shows: pairs, runs of unspaced ones, and style.
    pub(crate) fn next(
        &mut self,
        tokens: &Tokens<'_>,
        index: usize,
        form: Form,
        mut give: impl FnMut(u64, FeatureKind),
    ) {
        let Form { hash, is_word, is_elongated, is_unspaced } = form;
        if self.before != 0 {
            let pair = step(self.before, 0).wrapping_add(hash).wrapping_mul(MULTIPLIER);
            give(pair, FeatureKind::Pair);
        }
        self.before = hash;
        let joins = is_unspaced && tokens.gap_before(index).is_empty();
        self.run.extend(hash, joins, |hash| give(hash, FeatureKind::Letters));
        if is_word && is_elongated {
            give(step(STYLE_SEED, 1), FeatureKind::Style);
        }
        if is_word && tokens.is_shouted(index) {
            give(step(STYLE_SEED, 2), FeatureKind::Style);
        }
        if let Some(mark) = tokens.marks_before(index + 1).and_then(marks::of) {
            give(step(STYLE_SEED, mark), FeatureKind::Style);
        }
    }
}

/// The form under which a token is hashed, and its class: links and account names are all alike.
pub(crate) fn reduced<'a>(tokens: &'a Tokens<'_>, index: usize) -> (&'a str, Class) {
    match tokens.get(index).kind {
        TokenKind::Word => (tokens.folded(index), Class::Word),
        TokenKind::Hashtag => (tokens.folded(index), Class::Hashtag),
        TokenKind::Number | TokenKind::Emoji | TokenKind::Emoticon => {
            (tokens.folded(index), Class::Whole)
        }
        TokenKind::Url => ("http", Class::Reference),
        TokenKind::Handle => ("@", Class::Reference),
        TokenKind::Cashtag => ("$", Class::Reference),
    }
}

fn is_wide(word: &str) -> bool {
    word.chars().next().is_some_and(|letter| letter as u32 >= 0xe00)
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

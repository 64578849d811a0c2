//! What the English lexicon sees in one token alone.
//!
//! Guarantees: the same for the same folded form and class, whatever stands around it, so that it
//! can be remembered.

use super::lexicon::{Entry, Lexicon};
use crate::features::Class;

/// What one token is, seen alone.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sight {
    /// What is known of it.
    pub(super) known: Option<Entry>,
    /// Whether it was known only after held-down letters were let go.
    pub(super) elongated: bool,
    /// A hashtag that says no, as `#nothappy`.
    pub(super) turned: bool,
}

impl Sight {
    /// Looks a folded token up.
    pub(super) fn of(lexicon: &Lexicon, word: &str, class: Class) -> Self {
        match class {
            Class::Reference => Self::default(),
            Class::Hashtag => hashtag(lexicon, word),
            Class::Whole => Self { known: face(lexicon, word), ..Self::default() },
            Class::Word => match lexicon.find(word) {
                Some(entry) => Self { known: Some(entry), ..Self::default() },
                None => elongated(lexicon, word),
            },
        }
    }
}

/// An emoji without its joined parts, if it is not known with them.
fn face(lexicon: &Lexicon, word: &str) -> Option<Entry> {
    lexicon.find(word).or_else(|| {
        let first = word.chars().next()?;
        if first.is_ascii() {
            // A held-down face: `:))))` weighs as `:))`.
            let bytes = word.as_bytes();
            let twice = bytes.iter().position(|byte| *byte == bytes[bytes.len() - 1])? + 2;
            return word.get(..twice).and_then(|face| lexicon.find(face));
        }
        lexicon.find(&word[..first.len_utf8()])
    })
}

fn hashtag(lexicon: &Lexicon, word: &str) -> Sight {
    if let Some(entry) = lexicon.find(word) {
        return Sight { known: Some(entry), ..Sight::default() };
    }
    for negation in ["not", "no", "never"] {
        if let Some(entry) = word.strip_prefix(negation).and_then(|rest| lexicon.find(rest)) {
            return Sight { known: Some(entry), turned: true, ..Sight::default() };
        }
    }
    Sight::default()
}

/// A word with letters held down, looked up with two of each, then one.
fn elongated(lexicon: &Lexicon, word: &str) -> Sight {
    let bytes = word.as_bytes();
    if !bytes.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]) {
        return Sight::default();
    }
    for keep in [2, 1] {
        if let Some(entry) = lexicon.find(&squeeze(word, keep)) {
            return Sight { known: Some(entry), elongated: true, turned: false };
        }
    }
    Sight::default()
}

/// The word with runs of three and more of a letter cut to `keep`.
fn squeeze(word: &str, keep: usize) -> String {
    let mut squeezed = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut run = 1;
        while letters.next_if_eq(&letter).is_some() {
            run += 1;
        }
        let kept = if run >= 3 { keep } else { run };
        squeezed.extend(std::iter::repeat_n(letter, kept));
    }
    squeezed
}

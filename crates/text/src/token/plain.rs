//! Plain words: letters of everyday scripts up to a character that surely ends a word.
//!
//! Guarantees: what is found is what UAX 29 finds, without its tables; looks at each byte once.
//! Refuses what needs the tables: marks, digits, joining punctuation and other scripts.

use crate::fold::{is_settled, is_settled_alone, is_settled_alphabetic};

/// Letters of a plain word at most; a longer one is cut by the library.
const MAX_LETTERS: usize = 64;

/// The bytes of the plain word that the text starts with, if it does.
pub(super) fn prefix(text: &str) -> Option<usize> {
    let mut letters = text.chars();
    let first = letters.next()?;
    if is_settled_alone(first) {
        // What joins any character to the one before it is not settled.
        return letters.next().is_none_or(is_settled).then_some(first.len_utf8());
    }
    for (count, (at, letter)) in text.char_indices().enumerate() {
        if count == MAX_LETTERS {
            return None;
        }
        if !letter.is_ascii_alphabetic() && !is_settled_alphabetic(letter) {
            return (count > 0 && ends(&text.as_bytes()[at..])).then_some(at);
        }
    }
    (!text.is_empty()).then_some(text.len())
}

/// Whether a word ends here whatever follows.
fn ends(rest: &[u8]) -> bool {
    match rest {
        [b' ' | b'\n' | b'!' | b'?' | b',' | b')', ..] | [b'.'] => true,
        [b'.', after, ..] => matches!(after, b' ' | b'\n'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_word_is_the_first_unit(text in
            "[a-cé-ëΑ-Ωа-яب-ي가-각飛行機ぁ-ん .,!?)\u{301}\u{200d}_'1\u{3099}]{0,12}") {
            if let Some(length) = prefix(&text) {
                prop_assert_eq!(text.split_word_bounds().next(), Some(&text[..length]));
            }
        }
    }
}

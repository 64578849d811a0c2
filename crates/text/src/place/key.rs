//! A name as it is looked up: folded words without accents, parted by one space, with the short
//! forms of a few first words ("Saint Paul" and "St. Paul" are one name).

use std::borrow::Cow;

use crate::fold::fold_accents;
use crate::token::Tokens;

/// First words of names that are written in full or short.
const SHORT: [(&str, &str); 4] =
    [("saint", "st"), ("sainte", "ste"), ("fort", "ft"), ("mount", "mt")];

/// The key of a name.
pub fn place_key(written: &str) -> String {
    let tokens = Tokens::of(written);
    let mut key = String::with_capacity(written.len());
    for index in 0..tokens.len() {
        if index > 0 {
            key.push(' ');
        }
        key.push_str(&word(tokens.folded(index)));
    }
    key
}

/// One folded word as it stands in keys.
pub(super) fn word(folded: &str) -> Cow<'_, str> {
    if !folded.is_ascii() {
        return Cow::Owned(fold_accents(folded));
    }
    let short = SHORT.iter().find(|(full, _)| *full == folded).map(|(_, short)| *short);
    Cow::Borrowed(short.unwrap_or(folded))
}

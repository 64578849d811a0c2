//! The words that a hashtag was made of, as far as it is written so that one sees them.
//!
//! Cut before a capital that follows a small letter or starts a word after capitals (`BBCNews`),
//! between letters and digits, and at underscores. A single letter stays with the word behind it
//! (`iPhone`), and digits with the letters before them where those are capitals (`WW2`).
//!
//! Guarantees: the parts lie in the hashtag, in order; there are none where there would be one.
//!
//! Refuses: to find words in small letters alone (`#worstairlineever`), which takes a dictionary.

/// Parts of a hashtag that are told: longer ones are no sentences but noise.
const MAX_PARTS: usize = 12;

/// What a letter is, for cutting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
    Gap,
}

/// The parts of a hashtag's name, which has no sigil.
pub(super) fn parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut letters = name.char_indices().peekable();
    let mut before = Kind::Gap;
    while let Some((at, letter)) = letters.next() {
        let kind = kind(letter);
        let next = letters.peek().map(|(_, letter)| self::kind(*letter));
        let is_one_letter = name[start..at].chars().nth(1).is_none();
        let cuts = match (before, kind) {
            (Kind::Small, Kind::Capital) => !is_one_letter,
            (Kind::Capital, Kind::Capital) => next == Some(Kind::Small),
            (Kind::Gap, _)
            | (_, Kind::Gap)
            | (Kind::Small, Kind::Digit)
            | (Kind::Digit, Kind::Small | Kind::Capital) => true,
            (Kind::Capital, Kind::Small | Kind::Digit)
            | (Kind::Small, Kind::Small)
            | (Kind::Digit, Kind::Digit) => false,
        };
        if cuts {
            push(&mut parts, &name[start..at]);
            start = if kind == Kind::Gap { at + letter.len_utf8() } else { at };
        }
        before = kind;
    }
    push(&mut parts, &name[start..]);
    if parts.len() < 2 {
        parts.clear();
    }
    parts
}

fn push<'n>(parts: &mut Vec<&'n str>, part: &'n str) {
    if !part.is_empty() && parts.len() < MAX_PARTS {
        parts.push(part);
    }
}

fn kind(letter: char) -> Kind {
    if letter == '_' {
        Kind::Gap
    } else if letter.is_numeric() {
        Kind::Digit
    } else if letter.is_uppercase() {
        Kind::Capital
    } else {
        // Letters without case, and marks, go on with what stands before them.
        Kind::Small
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_seen_by_their_capitals_digits_and_underscores() {
        for (name, expected) in [
            ("WorstAirlineEver", &["Worst", "Airline", "Ever"][..]),
            ("BBCNews", &["BBC", "News"]),
            ("so_tired", &["so", "tired"]),
            ("summer2024", &["summer", "2024"]),
            ("WW2Museum", &["WW2", "Museum"]),
            ("iPhone", &[]),
            ("iPhone14Pro", &["iPhone", "14", "Pro"]),
            ("NotHappyÀParis", &["Not", "Happy", "À", "Paris"]),
            ("ПлохойСервис", &["Плохой", "Сервис"]),
            ("worstairlineever", &[]),
            ("NYC", &[]),
            ("_", &[]),
            ("東京", &[]),
        ] {
            assert_eq!(parts(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn parts_lie_in_the_name_in_order(name in "[a-zA-Z0-9_éÉ東]{0,20}") {
            let mut rest = &*name;
            for part in parts(&name) {
                let at = rest.find(part);
                prop_assert!(at.is_some() && !part.is_empty());
                rest = &rest[at.unwrap_or(0) + part.len()..];
            }
        }
    }
}

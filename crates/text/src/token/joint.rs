//! Joints: invisible characters at which UAX 29 cuts, in the middle of what is seen as one word.
//!
//! Most invisible characters (soft hyphens, joiners, selectors, marks of direction) never cut. A
//! zero-width space does, and means one of two things. Between letters of scripts that are written
//! with spaces it is a hint for line breaks, or hides the word from a search: nobody sees a border
//! there, and there is none. Scripts that are written without spaces part words by it.
//!
//! Guarantees: looks at the characters of one joint and at one letter on each side, and through a
//! run of invisible characters once.
//!
//! Refuses names that networks read themselves: a handle, a cashtag and a link end at a zero-width
//! space, as they do where they were written.

use unicode_normalization::char::is_combining_mark;

use crate::fold::is_invisible;

/// The character that parts words without being seen.
pub(super) const SPACE: char = '\u{200b}';

/// The bytes of the joint behind a word, if the word goes on after it.
pub(super) fn after(word: &str, rest: &str) -> Option<usize> {
    if !rest.starts_with(is_invisible) {
        return None;
    }
    // Without a letter before it a run is not looked through, or each of its characters would be.
    let before = word.chars().rfind(|&letter| !is_invisible(letter)).filter(|&it| is_part(it))?;
    let bytes = rest.find(|letter| !is_invisible(letter))?;
    let behind = rest[bytes..].chars().next()?;
    (is_part(behind) && !parts(before, behind)).then_some(bytes)
}

/// Whether a zero-width space between these letters is the border of a word.
pub(super) fn parts(before: char, behind: char) -> bool {
    is_unspaced(before) || is_unspaced(behind)
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || is_combining_mark(letter)
}

/// Scripts written without spaces; a sigil after them starts a token.
///
/// Thai, Lao and Tibetan; Burmese; Khmer; Tai Le and New Tai Lue; Tai Tham; Balinese; Chinese,
/// Japanese and Yi; Javanese; Tai Viet; half-width katakana.
pub(super) fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1950}'..='\u{19ff}' | '\u{1a20}'..='\u{1aaf}' | '\u{1b00}'..='\u{1b7f}'
        | '\u{2e80}'..='\u{a4cf}' | '\u{a980}'..='\u{a9ff}' | '\u{aa60}'..='\u{aadf}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{1b000}'..='\u{1b16f}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_goes_on_after_what_is_not_seen() {
        for (word, rest, bytes) in [
            ("co", "\u{200b}la", Some(3)),
            ("co\u{ad}", "\u{200b}\u{ad}\u{200b}la", Some(8)),
            ("ко", "\u{200b}ла", Some(3)),
            ("κό", "\u{200b}λα", Some(3)),
            ("코", "\u{200b}라", Some(3)),
            ("1", "\u{200b}000", Some(3)),
            ("e", "\u{200b}\u{301}te", Some(3)),
            ("ไทย", "\u{200b}ดี", None),
            ("ខ្មែរ", "\u{200b}ល្អ", None),
            ("မြန်မာ", "\u{200b}ကောင်း", None),
            ("ລາວ", "\u{200b}ດີ", None),
            ("漢", "\u{200b}字", None),
            ("cola", "\u{200b}ดี", None),
            ("co", "la", None),
            ("co", "\u{200b} la", None),
            ("co", "\u{200b}", None),
            ("\u{200b}", "\u{200b}la", None),
            ("!", "\u{200b}la", None),
            ("co", "", None),
        ] {
            assert_eq!(after(word, rest), bytes, "{word:?} {rest:?}");
        }
    }
}

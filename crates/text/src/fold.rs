//! How words are made comparable: NFKC and simple case folding, and the same without accents.
//!
//! Guarantees: folding twice changes nothing; ASCII costs one pass and no table; work and output
//! are linear in the input. Invisible format characters (soft hyphens, joiners, direction marks) do
//! not count, so they can hide no word. Two tailorings: the typographic apostrophe folds to `'`,
//! and the Turkish dotted capital `İ` to `i`.
//!
//! Refuses: stemming, transliteration and anything that depends on the language.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Folds a word: NFKC, simple case folding, no invisible characters.
///
/// ```
/// assert_eq!(vigie_text::fold("Ｃafé"), "café");
/// ```
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_onto(word, &mut folded);
    folded
}

/// Folds a word and takes its accents away: `fold` and then no marks, `ø` to `o`, `ß` to `ss`.
///
/// Marks that are vowels or change the consonant (Indic, Thai, Lao, Japanese voicing) stay.
///
/// ```
/// assert_eq!(vigie_text::fold_accents("Señor Łódź"), "senor lodz");
/// ```
pub fn fold_accents(word: &str) -> String {
    let folded = fold(word);
    if folded.is_ascii() {
        return folded;
    }
    let mut plain = String::with_capacity(folded.len());
    for letter in folded.nfd().filter(|&letter| !is_accent(letter)).nfc() {
        match letter {
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            other => plain.push(other),
        }
    }
    plain
}

/// Appends the folded word to a buffer.
pub(crate) fn fold_onto(word: &str, folded: &mut String) {
    let start = folded.len();
    if word.is_ascii() {
        folded.push_str(word);
        folded[start..].make_ascii_lowercase();
        return;
    }
    if word.chars().all(is_settled) {
        fold_letters(word.chars(), folded);
        return;
    }
    if is_nfkc_quick(word.chars()) == IsNormalized::Yes {
        fold_letters(word.chars(), folded);
    } else {
        fold_letters(word.nfkc(), folded);
    }
    // Lower case can compose where upper case could not; rare enough to be worth a second look
    // only.
    if is_nfkc_quick(folded[start..].chars()) != IsNormalized::Yes {
        let again: String = folded[start..].nfkc().collect();
        folded.truncate(start);
        fold_letters(again.chars(), folded);
    }
}

/// Letters that NFKC leaves alone whatever stands beside them, and their lower case too: most of
/// what is written, told apart without tables. Letters that join with what follows (Hangul) are
/// here as what follows is not.
pub(crate) fn is_settled(letter: char) -> bool {
    letter.is_ascii() || is_settled_alphabetic(letter) || is_settled_alone(letter)
}

/// Of these, the letters beyond ASCII that UAX 29 joins to words (its class `ALetter`).
pub(crate) fn is_settled_alphabetic(letter: char) -> bool {
    matches!(letter,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{12f}' | '\u{131}'
        | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}'
        | '\u{388}'..='\u{38a}' | '\u{38e}'..='\u{3a1}' | '\u{3a3}'..='\u{3ce}'
        | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{620}'..='\u{64a}'
        | '\u{671}'..='\u{674}' | '\u{679}'..='\u{6d3}' | '\u{ac00}'..='\u{d7a3}')
}

/// Of these, the letters that UAX 29 joins to no other: ideographs and hiragana.
pub(crate) fn is_settled_alone(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{3096}' | '\u{4e00}'..='\u{9fff}')
}

fn fold_letters(letters: impl Iterator<Item = char>, folded: &mut String) {
    for letter in letters {
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else if !is_invisible(letter) {
            folded.push(fold_letter(letter));
        }
    }
}

/// Simple case folding of one letter that is in NFKC already.
fn fold_letter(letter: char) -> char {
    match letter {
        'ς' => 'σ',
        'İ' => 'i',
        '’' | 'ʼ' => '\'',
        _ => {
            let mut lower = letter.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(single), None) => single,
                _ => letter,
            }
        }
    }
}

/// Characters that take no room and can sit inside a word: joiners, direction marks, selectors.
/// These are Unicode's default ignorable code points.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks of the combining classes that carry accents, points and harakat; not nukta (7), kana
/// voicing (8), virama (9), nor the vowel signs of Thai, Lao and Tibetan (84 to 132).
fn is_accent(letter: char) -> bool {
    matches!(canonical_combining_class(letter), 1..=6 | 10..=36 | 200..=240)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_width_and_ligatures_do_not_matter() {
        for (written, folded) in [
            ("HeLLo", "hello"),
            ("ÀÉÎ", "àéî"),
            ("ＤＥＬＴＡ", "delta"),
            ("ﬁne", "fine"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("İstanbul", "istanbul"),
            ("don’t", "don't"),
            ("so\u{ad}lu\u{200b}tion", "solution"),
            ("e\u{301}te\u{301}", "été"),
            ("ПРИВЕТ", "привет"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn accents_go_and_vowel_signs_stay() {
        for (written, plain) in [
            ("Crème Brûlée", "creme brulee"),
            ("ŁÓDŹ", "lodz"),
            ("Straße", "strasse"),
            ("Việt", "viet"),
            ("हिन्दी", "हिन्दी"),
            ("ที่นี่", "ที\u{e48}น\u{e35}\u{e48}"),
            ("مُحَمَّد", "محمد"),
        ] {
            let plain = plain.to_owned();
            assert_eq!(fold_accents(written), plain, "{written}");
        }
    }

    #[test]
    fn settled_letters_are_left_alone_and_stay_settled() {
        use unicode_segmentation::UnicodeSegmentation;

        for letter in (0..=0x0001_0000).filter_map(char::from_u32).filter(|&at| is_settled(at)) {
            for form in [letter, fold_letter(letter)] {
                assert_eq!(is_nfkc_quick([form].into_iter()), IsNormalized::Yes, "{form:?}");
                assert_eq!(canonical_combining_class(form), 0, "{form:?}");
            }
            let joined = format!("a{letter}a").split_word_bounds().count() == 1;
            assert!(letter.is_ascii() || joined == is_settled_alphabetic(letter), "{letter:?}");
            assert!(letter.is_ascii() || letter.is_alphabetic(), "{letter:?}");
            assert!(letter.is_ascii() || !is_invisible(letter), "{letter:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(word in "\\PC{0,12}") {
            let once = fold(&word);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

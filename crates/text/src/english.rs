//! Which texts are read as English: those in English, and those in languages that mix with it.
//!
//! Short texts of slang in Latin letters are often taken for Pidgin or a romanised language of
//! India, whose posts are half in English. Guarantees: a list, and nothing of the text.

use vigie_types::Language;

/// English, the unknown, Pidgin, and the languages whose romanised posts mix with English.
const MIXED: [&str; 7] = ["en", "und", "pcm", "ta", "ml", "kn", "hi"];

/// Whether cues and models of English are heard in a text of this language.
pub(crate) fn is_mixed_with_english(language: &Language) -> bool {
    MIXED.contains(&language.code.as_str())
}

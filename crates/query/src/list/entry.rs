//! One entry of a list, read from what somebody wrote.

use vigie_text::Tokens;
use vigie_types::ListKind;

use super::ListKey;
use super::keys::{Phrase, account_key, site_key, token_hash};
use crate::limits::{MAXIMUM_ENTRY_BYTES, MAXIMUM_ENTRY_WORDS};
use crate::syntax::{Account, Comparison, Form, Sort, Text, account, site};

/// How much is shown of an entry that is too large.
const SHOWN_LETTERS: usize = 40;

/// An entry in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    text: Box<str>,
    key: ListKey,
}

/// A text that is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not what the list holds.
    #[error("{0}")]
    Value(String),
    /// A wildcard.
    #[error("`{0}` has a wildcard: entries are whole words")]
    Wildcard(String),
    /// No word in it.
    #[error("`{0}` holds no word")]
    NoWord(String),
    /// Too many bytes.
    #[error("`{begin}…` has {bytes} bytes, at most {MAXIMUM_ENTRY_BYTES} are allowed")]
    TooLarge {
        /// How it begins.
        begin: String,
        /// How many bytes it has.
        bytes: usize,
    },
    /// Too many words.
    #[error("`{text}` has {words} words, at most {MAXIMUM_ENTRY_WORDS} are allowed")]
    TooLong {
        /// The entry.
        text: String,
        /// How many words it has.
        words: usize,
    },
}

impl ListEntry {
    /// Reads an entry of a list of this kind.
    ///
    /// # Errors
    /// When it is no account, no site, or no words.
    pub fn read(kind: ListKind, written: &str) -> Result<Self, EntryError> {
        let entry = Self::of_kind(kind, written)?;
        let bytes = entry.text.len();
        if bytes > MAXIMUM_ENTRY_BYTES {
            let begin = entry.text.chars().take(SHOWN_LETTERS).collect();
            return Err(EntryError::TooLarge { begin, bytes });
        }
        Ok(entry)
    }

    fn of_kind(kind: ListKind, written: &str) -> Result<Self, EntryError> {
        let value = |problem: crate::syntax::ValueProblem| EntryError::Value(problem.to_string());
        match kind {
            ListKind::Authors => {
                let text = match account(written.trim()).map_err(value)? {
                    Account::Id(text) | Account::Name(text) => text,
                };
                Ok(Self { key: account_key(&text), text })
            }
            ListKind::Sites => {
                let text = site(written.trim()).map_err(value)?;
                Ok(Self { key: site_key(&text), text })
            }
            ListKind::Words => Self::words(written.trim()),
        }
    }

    fn words(written: &str) -> Result<Self, EntryError> {
        // A hashtag among other words is met as a word: only one that stands alone is a tag.
        let plain = written.replace(['#', '＃'], " ");
        let is_several = Tokens::of(written).len() > 1;
        let written = if is_several { plain.as_str() } else { written };
        let read = |text: &str| {
            Text::read(text, Comparison::Folded).map_err(|_| {
                let text = text.to_owned();
                if text.contains(['*', '?']) {
                    EntryError::Wildcard(text)
                } else {
                    EntryError::NoWord(text)
                }
            })
        };
        let text = read(written)?;
        let mut phrase = Phrase::default();
        for word in &text.words {
            let Form::Exact(folded) = &word.form else {
                return Err(EntryError::Wildcard(written.to_owned()));
            };
            phrase = phrase.with(token_hash(word.sort, folded));
        }
        let words = text.words.len();
        if words > MAXIMUM_ENTRY_WORDS {
            return Err(EntryError::TooLong { text: written.to_owned(), words });
        }
        debug_assert!(words == 1 || text.words.iter().all(|word| word.sort != Sort::Hashtag));
        Ok(Self { key: phrase.key(), text: text.written })
    }

    /// The canonical text: reading it gives the same entry.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As a list keeps it.
    pub const fn key(&self) -> ListKey {
        self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_canonical_and_reads_as_itself() {
        for (kind, written, canonical) in [
            (ListKind::Authors, " @Delta ", "delta"),
            (ListKind::Authors, "murmur:Ann", "murmur:Ann"),
            (ListKind::Sites, "https://www.BBC.co.uk/", "bbc.co.uk"),
            (ListKind::Words, "Coca-Cola", "coca cola"),
            (ListKind::Words, "#Cola", "#cola"),
            (ListKind::Words, "just do #it", "just do it"),
            (ListKind::Words, "日本", "日本"),
        ] {
            let entry = ListEntry::read(kind, written).expect("valid");
            assert_eq!(entry.as_str(), canonical);
            assert_eq!(ListEntry::read(kind, canonical), Ok(entry));
        }
    }

    #[test]
    fn what_is_no_entry_is_told_with_its_reason() {
        let error =
            |kind, text: &str| ListEntry::read(kind, text).expect_err("refused").to_string();
        assert!(error(ListKind::Sites, "bbc.co.uk/news").contains("is no site"));
        assert_eq!(error(ListKind::Words, "..."), "`...` holds no word");
        assert_eq!(
            error(ListKind::Words, "col*"),
            "`col*` has a wildcard: entries are whole words"
        );
        let long = "a b c d e f g h i";
        assert!(error(ListKind::Words, long).ends_with("has 9 words, at most 8 are allowed"));
        assert!(!error(ListKind::Authors, "").is_empty());
        for kind in [ListKind::Authors, ListKind::Words] {
            let error = error(kind, &"w".repeat(MAXIMUM_ENTRY_BYTES + 1));
            assert!(error.ends_with("w…` has 513 bytes, at most 512 are allowed"), "{error}");
        }
    }
}

//! Texts that may not train: a list of hashes of texts that are kept apart for measuring.
//!
//! Guarantees: a text on the list is found in any case, width and spacing, with or without links,
//! handles and punctuation. Refuses texts of fewer than eight letters and digits: such short ones
//! are said by everybody and are not listed.

use std::path::Path;

use anyhow::{Context, Result};
use rustc_hash::FxHashSet;
use sha1::{Digest, Sha1};
use unicode_normalization::UnicodeNormalization;

/// Letters and digits from which a text has a key.
const MIN_LETTERS: usize = 8;

/// The texts kept apart, by key.
#[derive(Debug, Default)]
pub struct KeepOut {
    keys: FxHashSet<u64>,
}

impl KeepOut {
    /// Reads a list: one key of 16 hex digits a line.
    ///
    /// # Errors
    /// When the file cannot be read or a line is no key.
    pub fn read(path: &Path) -> Result<Self> {
        let list = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the list of kept texts {}", path.display()))?;
        let keys = list
            .split_whitespace()
            .map(|key| u64::from_str_radix(key, 16).with_context(|| format!("`{key}` is no key")))
            .collect::<Result<_>>()?;
        Ok(Self { keys })
    }

    /// Reads the list where there is one.
    ///
    /// # Errors
    /// As `read`.
    pub fn listed(path: Option<&Path>) -> Result<Self> {
        path.map_or_else(|| Ok(Self::default()), Self::read)
    }

    /// Keeps one more text apart.
    pub fn add(&mut self, text: &str) {
        self.keys.extend(key(text));
    }

    /// Whether the text is kept apart.
    pub fn holds(&self, text: &str) -> bool {
        key(text).is_some_and(|key| self.keys.contains(&key))
    }
}

/// The first 64 bits of SHA-1 over the letters and digits of a text in NFKC and lower case, links
/// and handles left out.
fn key(text: &str) -> Option<u64> {
    let (letters, digest) = digest(text);
    (letters >= MIN_LETTERS).then_some(digest)
}

/// How many letters and digits a text has, and the digest that its variants share.
pub fn digest(text: &str) -> (usize, u64) {
    let normal: String = text.nfkc().collect();
    let lower = without_links(&normal).to_lowercase();
    let letters: String = lower.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let digest = Sha1::digest(letters.as_bytes());
    let first = digest.iter().take(8).fold(0, |number, &byte| (number << 8) | u64::from(byte));
    (letters.chars().count(), first)
}

/// The text with each link and handle made a space.
fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let cut = match letter {
            '@' => 1 + length(&rest[1..], |letter| letter.is_alphanumeric() || letter == '_'),
            'h' | 'w' => link(rest),
            _ => 0,
        };
        // A sigil or scheme with nothing behind it is text.
        if cut > 1 {
            kept.push(' ');
            rest = &rest[cut..];
        } else {
            kept.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    kept
}

/// The bytes of the link that the text starts with; zero for none.
fn link(text: &str) -> usize {
    let start = ["https://", "http://", "www."].into_iter().find(|start| text.starts_with(start));
    let Some(start) = start else { return 0 };
    let rest = length(&text[start.len()..], |letter| !letter.is_whitespace());
    if rest == 0 { 0 } else { start.len() + rest }
}

fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.chars().take_while(|&letter| belongs(letter)).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_whatever_its_case_links_and_handles() {
        let plain = key("the crew was lovely");
        assert!(plain.is_some());
        for text in [
            "The crew WAS lovely!",
            "@air the crew was lovely https://a.example/b",
            "ｔｈｅ crew, was... lovely www.a.example",
        ] {
            assert_eq!(key(text), plain, "{text}");
        }
        assert_ne!(key("the crew was lonely"), plain);
    }

    #[test]
    fn a_key_is_the_start_of_a_digest() {
        // SHA-1 of "abcdefgh" is 425af12a0743502b322e93a015bcf868e324d56a.
        assert_eq!(key("ABCD efgh"), Some(0x425a_f12a_0743_502b));
        assert_eq!(key("abcdefg"), None);
    }
}

//! Texts that are kept apart for the final measurement: no model may learn from them.
//!
//! The list holds the first 16 hexadecimal digits of the SHA-1 of each text, normalised: NFKC, links
//! and handles removed, lower case, letters and digits only. Texts of fewer than eight letters are
//! not on it.

use std::path::Path;

use anyhow::{Context as _, Result};
use rustc_hash::FxHashSet;
use sha1::{Digest as _, Sha1};
use unicode_normalization::UnicodeNormalization as _;

/// Letters and digits from which a text is listed.
const SHORTEST: usize = 8;

/// The list.
#[derive(Debug, Default)]
pub struct KeepOut {
    hashes: FxHashSet<u64>,
}

impl KeepOut {
    /// Reads the list, one hash a line.
    ///
    /// # Errors
    /// Where the file cannot be read or a line is no hash.
    pub fn read(path: &Path) -> Result<Self> {
        let list =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let mut hashes = FxHashSet::default();
        for line in list.split_whitespace() {
            hashes.insert(u64::from_str_radix(line, 16).with_context(|| format!("hash {line}"))?);
        }
        Ok(Self { hashes })
    }

    /// Puts a text on the list: one that is used for measuring.
    pub fn add(&mut self, text: &str) {
        self.hashes.extend(hash(text));
    }

    /// Whether the text is on the list.
    pub fn holds(&self, text: &str) -> bool {
        hash(text).is_some_and(|hash| self.hashes.contains(&hash))
    }
}

fn hash(text: &str) -> Option<u64> {
    let normal: String = text.nfkc().collect();
    let letters: String = without_links(&normal)
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    if letters.chars().count() < SHORTEST {
        return None;
    }
    let digest = Sha1::digest(letters.as_bytes());
    digest.first_chunk().map(|first| u64::from_be_bytes(*first))
}

/// The text without what starts with `http://`, `https://`, `www.` (to the next space) or `@` (while
/// it is a word).
fn without_links(text: &str) -> String {
    let mut left = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(letter) = left.chars().next() {
        let link = ["http://", "https://", "www."]
            .iter()
            .find(|start| left.starts_with(**start))
            .map(|start| start.len());
        let word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let handle = letter == '@' && left[1..].starts_with(word);
        let length = match link {
            Some(start)
                if !left[start..].starts_with(char::is_whitespace) && left.len() > start =>
            {
                left.find(char::is_whitespace).unwrap_or(left.len())
            }
            _ if handle => left[1..].find(|letter| !word(letter)).map_or(left.len(), |at| at + 1),
            _ => {
                kept.push(letter);
                left = &left[letter.len_utf8()..];
                continue;
            }
        };
        kept.push(' ');
        left = &left[length..];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_links_and_handles_do_not_hide_a_text() {
        let mut keep_out = KeepOut::default();
        keep_out.add("My flight was late! https://a.example/b @someone");
        assert!(keep_out.holds("@other my FLIGHT was late"));
        assert!(!keep_out.holds("my flight was early"));
        keep_out.add("short");
        assert!(!keep_out.holds("short"));
    }

    #[test]
    fn the_hash_is_the_one_of_the_list() {
        // SHA-1 of `helloworld` starts with 6adfb183a4a2c94a.
        assert_eq!(hash("Hello, World!"), Some(0x6adf_b183_a4a2_c94a));
    }
}

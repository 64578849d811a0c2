//! Words that change what stands beside them, by language.
//!
//! Guarantees: one look-up per token. Refuses languages without a list: nothing is changed there,
//! and the linear model is left to itself.

use rustc_hash::FxHashMap;

use crate::word_map::WordMap;

const FILE: &str = include_str!("../../data/modifiers.txt");

/// What a word does to the words beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    #[default]
    Plain,
    /// Turns what follows.
    Negate,
    /// Turns what stands before.
    NegateBefore,
    /// Makes what follows stronger.
    Boost,
    /// Makes what follows weaker.
    Damp,
    /// Makes what stood before count less.
    Contrast,
    /// Speaks of what is not.
    Wish,
    /// Compares what stood before with what follows.
    Than,
    /// Joins clauses.
    And,
}

/// The roles of one language's words.
pub(super) type Roles = WordMap<Role>;

/// The roles of all languages that have a list.
#[derive(Debug)]
pub(super) struct Modifiers {
    languages: FxHashMap<&'static str, Roles>,
    english: Roles,
}

impl Modifiers {
    /// Reads the list that comes with the crate.
    pub(super) fn new() -> Self {
        let mut languages: FxHashMap<&'static str, Roles> = FxHashMap::default();
        for (language, word, role) in entries() {
            // A word's first role is the stronger one: the lists go from negation to conjunctions.
            languages.entry(language).or_default().entry(word).or_insert(role);
        }
        let english = languages.get("en").cloned().unwrap_or_default();
        Self { languages, english }
    }

    /// The role of an English word.
    pub(super) fn of_english(&self, word: &str) -> Role {
        self.english.find(word).copied().unwrap_or_default()
    }

    /// The roles of one language, if it has a list.
    pub(super) fn get(&self, language: &str) -> Option<&Roles> {
        self.languages.get(language)
    }
}

/// The words of one language with their roles, in the order of its list.
pub(super) fn of(language: &str) -> impl Iterator<Item = (&'static str, Role)> {
    entries().filter(move |(code, ..)| *code == language).map(|(_, word, role)| (word, role))
}

/// Language, word and role of every entry.
fn entries() -> impl Iterator<Item = (&'static str, &'static str, Role)> {
    let mut language = "";
    FILE.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(move |line| {
            if let Some(code) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                language = code;
                return None;
            }
            let (name, words) = line.split_once(": ")?;
            Some((language, role(name)?, words))
        })
        .flat_map(|(language, role, words)| {
            words.split_whitespace().map(move |word| (language, word, role))
        })
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "negate" => Role::Negate,
        "negate-before" => Role::NegateBefore,
        "boost" => Role::Boost,
        "damp" => Role::Damp,
        "contrast" => Role::Contrast,
        "wish" => Role::Wish,
        "than" => Role::Than,
        "and" => Role::And,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_a_language_or_a_role() {
        for line in FILE.lines().filter(|line| !line.starts_with('#')) {
            let named = line.split_once(": ").and_then(|(name, _)| role(name));
            assert!(named.is_some() || line.starts_with('['), "{line}");
        }
    }

    #[test]
    fn words_are_written_as_they_are_folded() {
        for (language, word, _) in entries() {
            assert_eq!(crate::fold(word), word, "{language}");
        }
    }
}

//! The English lexicon: what words, phrases and faces weigh, and what they do to their neighbours.
//!
//! Guarantees: one look-up per token; files that come later overrule earlier ones; a file that
//! cannot be read stops the build's tests, not a running service (a bad line is left out).
//!
//! Refuses: words it does not know, but for elongations (`sooo`) and hashtags that negate
//! (`#nothappy`).

use rustc_hash::FxHashMap;

use super::modifiers::{self, Role};

/// What is known of a word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    /// Its weight, -1 to 1; zero for none.
    pub(super) weight: f32,
    /// What it does to its neighbours.
    pub(super) role: Role,
    /// Whether phrases start with it.
    pub(super) opens: bool,
}

/// A fixed phrase with a weight of its own.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// The words after the first.
    pub(super) rest: Vec<&'static str>,
    /// Its weight.
    pub(super) weight: f32,
}

/// The lexicon of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    entries: FxHashMap<&'static str, Entry>,
    /// By their first word, longest first.
    phrases: FxHashMap<&'static str, Vec<Phrase>>,
}

impl Lexicon {
    /// Reads the English files that come with the crate.
    pub(super) fn english() -> Self {
        let mut lexicon = Self { entries: FxHashMap::default(), phrases: FxHashMap::default() };
        lexicon.read_words(include_str!("../../data/sentiment_en.txt"));
        lexicon.read_words(include_str!("../../data/sentiment_en_own.txt"));
        lexicon.read_words(include_str!("../../data/emoji.txt"));
        for (word, role) in modifiers::of("en") {
            lexicon.entry_of(word).role = role;
        }
        lexicon.read_phrases(include_str!("../../data/idioms_en.txt"));
        lexicon
    }

    /// What is known of a folded word.
    pub(super) fn find(&self, word: &str) -> Option<Entry> {
        self.entries.get(word).copied()
    }

    /// The phrases that start with a folded word, longest first.
    pub(super) fn phrases(&self, word: &str) -> &[Phrase] {
        self.phrases.get(word).map_or(&[], Vec::as_slice)
    }

    fn entry_of(&mut self, word: &'static str) -> &mut Entry {
        self.entries.entry(word).or_default()
    }

    fn read_words(&mut self, file: &'static str) {
        for (weight, list) in weighted_lines(file) {
            for word in list.split_whitespace() {
                self.entry_of(word).weight = weight;
            }
        }
    }

    fn read_phrases(&mut self, file: &'static str) {
        for (weight, list) in weighted_lines(file) {
            for phrase in list.split(',') {
                let mut words = phrase.split_whitespace();
                let Some(first) = words.next() else { continue };
                self.entry_of(first).opens = true;
                let phrases = self.phrases.entry(first).or_default();
                phrases.push(Phrase { rest: words.collect(), weight });
                phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
            }
        }
    }
}

/// The lines `hundredths: list` of a file; comments are left out.
fn weighted_lines(file: &'static str) -> impl Iterator<Item = (f32, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (weight, list) = line.split_once(": ")?;
        Some((f32::from(weight.parse::<i16>().ok()?) / 100.0, list))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_file_is_read() {
        for file in [
            include_str!("../../data/sentiment_en.txt"),
            include_str!("../../data/sentiment_en_own.txt"),
            include_str!("../../data/emoji.txt"),
            include_str!("../../data/idioms_en.txt"),
        ] {
            let lines = file.lines().filter(|line| !line.starts_with('#')).count();
            assert_eq!(weighted_lines(file).count(), lines);
            assert!(weighted_lines(file).all(|(weight, _)| (-1.0..=1.0).contains(&weight)));
        }
    }

    #[test]
    fn every_word_is_written_as_a_token_folds() {
        let lexicon = Lexicon::english();
        let mut words: Vec<_> = lexicon.entries.keys().collect();
        words.sort_unstable();
        for word in words {
            let tokens = crate::Tokens::of(word);
            assert_eq!(tokens.len(), 1, "{word}");
            assert_eq!(tokens.folded(0), *word);
        }
    }
}

//! Snowball stems in the mention's language.

use rust_stemmers::{Algorithm, Stemmer};

/// The languages that Snowball stems, by ISO 639-1 code; Norwegian goes by three.
const ALGORITHMS: [(&str, Algorithm); 20] = [
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nb", Algorithm::Norwegian),
    ("nl", Algorithm::Dutch),
    ("nn", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

/// How words are stemmed: by one language, or not at all where the language is unknown or has no
/// stemmer, so that such a mention is compared word for word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stemming(usize);

impl Stemming {
    /// How many ways of stemming there are.
    pub(crate) const COUNT: usize = ALGORITHMS.len() + 1;

    /// Every way of stemming.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The way of stemming for a language's code.
    pub(crate) fn of(language: Option<&str>) -> Self {
        let known = ALGORITHMS.iter().position(|(code, _)| Some(*code) == language);
        Self(known.unwrap_or(ALGORITHMS.len()))
    }

    /// Its number, below [`Stemming::COUNT`].
    pub(crate) const fn number(self) -> usize {
        self.0
    }

    /// The stem of a folded word.
    pub(crate) fn stem(self, folded: &str) -> String {
        match ALGORITHMS.get(self.0) {
            Some((_, algorithm)) => Stemmer::create(*algorithm).stem(folded).into_owned(),
            None => folded.to_owned(),
        }
    }
}

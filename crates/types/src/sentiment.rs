//! Sentiment: a score, a label and the tokens that moved it.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// How negative or positive, from -1 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Valence(f32);

impl Valence {
    /// Neither negative nor positive. Not the same as unknown, which is no sentiment at all.
    pub const ZERO: Self = Self(0.0);

    /// Takes the value, clamped to -1..=1; what is not a number becomes zero.
    pub fn clamped(value: f32) -> Self {
        if value.is_nan() { Self::ZERO } else { Self(value.clamp(-1.0, 1.0)) }
    }

    /// The value, from -1 to 1.
    pub const fn get(self) -> f32 {
        self.0
    }
}

/// The three classes of sentiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentimentLabel {
    /// Against.
    Negative,
    /// Neither.
    Neutral,
    /// In favour.
    Positive,
}

impl SentimentLabel {
    /// The name on topics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// How well the model was validated for the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// Validated on native labelled text.
    A,
    /// Validated on weaker labels.
    B,
    /// Not validated.
    C,
}

/// A token that moved the score, by UTF-8 byte range of the mention's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentimentToken {
    /// The token as written.
    pub text: CompactString,
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// What it added to the score before the score was squashed.
    pub weight: f32,
}

/// The sentiment of a mention, or of what it says of one brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    /// How negative or positive.
    pub score: Valence,
    /// The class.
    pub label: SentimentLabel,
    /// Model id and version, as `id@version`.
    pub model: CompactString,
    /// How well the model was validated for the language.
    pub tier: Tier,
    /// What moved the score, in the text's order.
    pub tokens: Vec<SentimentToken>,
}

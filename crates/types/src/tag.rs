//! What the tagger adds to a mention.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// How sure a judgement is, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(f32);

impl Confidence {
    /// Takes the value, clamped to 0..=1; what is not a number becomes zero.
    pub fn clamped(value: f32) -> Self {
        if value.is_nan() { Self(0.0) } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// The value, from 0 to 1.
    pub const fn get(self) -> f32 {
        self.0
    }
}

/// The language of a text; `und` below the floor of confidence.
///
/// What is not known of its spelling and mixture is `None`; so is what no question arises of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// ISO 639-1 where there is one, else ISO 639-3; `und` when undetermined.
    pub code: CompactString,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it is written in Latin letters, where its language has others; `None` for a language
    /// that is written in Latin letters, and where it is not known.
    pub romanised: Option<bool>,
    /// The code of a second language that clearly shares the text; `None` where none was found,
    /// which does not say that there is none.
    pub mixed_with: Option<CompactString>,
}

impl Language {
    /// A language of whose spelling and mixture nothing is known.
    pub fn new(code: &str, confidence: Confidence) -> Self {
        let code = CompactString::from(code);
        Self { code, confidence, romanised: None, mixed_with: None }
    }

    /// No language could be determined.
    pub fn undetermined() -> Self {
        Self::new("und", Confidence::default())
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::undetermined()
    }
}

/// What the author wants. The order is the order of replies: questions first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentKind {
    /// A question or a request for help.
    Question,
    /// Criticism or a complaint.
    Criticism,
    /// A suggestion.
    Suggestion,
    /// A compliment.
    Compliment,
    /// Means to buy.
    Purchase,
    /// Means to leave for another.
    Switch,
    /// None of these.
    Other,
}

impl IntentKind {
    /// The name on topics and in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Criticism => "criticism",
            Self::Suggestion => "suggestion",
            Self::Compliment => "compliment",
            Self::Purchase => "purchase",
            Self::Switch => "switch",
            Self::Other => "other",
        }
    }

    /// Every kind, in reply order.
    pub const ALL: [Self; 7] = [
        Self::Question,
        Self::Criticism,
        Self::Suggestion,
        Self::Compliment,
        Self::Purchase,
        Self::Switch,
        Self::Other,
    ];
}

/// One intent with the words that gave it away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What the author wants.
    pub kind: IntentKind,
    /// How sure.
    pub confidence: Confidence,
    /// The words that gave it away, as written.
    pub cue: CompactString,
}

/// Why a mention is held to be noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseReason {
    /// Mostly links.
    LinkFarm,
    /// Many hashtags, few words.
    HashtagStuffing,
    /// The same text from elsewhere.
    CopyPaste,
    /// Win this, follow that.
    Giveaway,
    /// Posts like clockwork.
    BotCadence,
}

/// How much of a mention is noise, and why. Noise is marked, never dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noise {
    /// From 0 (none) to 100.
    pub level: u8,
    /// Why, strongest first.
    pub reasons: Vec<NoiseReason>,
}

/// A 64 bit `SimHash`: near-duplicates differ in few bits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint with these bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// In how many bits two fingerprints differ.
    pub const fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = CompactString::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Self).map_err(|_| {
            serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &"16 hex digits")
        })
    }
}

//! What a user may set of sentiment: whether neutral is allowed, and offsets by language.
//!
//! Guarantees: every setting that changed a judgement stands in its model's name
//! (`linear@1+binary+calibrated`), so that judgements stay attributable; without settings nothing
//! changes.
//!
//! Refuses: offsets that are no finite numbers.

use compact_str::CompactString;
use std::collections::BTreeMap;

use super::{Pair, SENTIMENT_MODEL};

/// Which labels a judgement may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SentimentLabels {
    /// Negative, neutral and positive.
    #[default]
    ThreeWay,
    /// Negative and positive; what is as likely the one as the other is negative.
    Binary,
}

/// What a user sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentimentSettings {
    labels: SentimentLabels,
    offsets: BTreeMap<String, Pair>,
}

/// An offset is infinite or not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoOffset;

impl std::fmt::Display for NoOffset {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "an offset must be a finite number")
    }
}

impl std::error::Error for NoOffset {}

impl SentimentSettings {
    /// Settings with these labels, and no offsets.
    pub fn of(labels: SentimentLabels) -> Self {
        Self { labels, ..Self::default() }
    }

    /// Adds what the logits of negative and positive over neutral get in one language.
    ///
    /// # Errors
    /// When an offset is infinite or not a number.
    pub fn calibrated(mut self, language: &str, offsets: Pair) -> Result<Self, NoOffset> {
        if !offsets.iter().all(|offset| offset.is_finite()) {
            return Err(NoOffset);
        }
        self.offsets.insert(language.to_owned(), offsets);
        Ok(self)
    }

    /// Which labels are allowed.
    pub(super) fn labels(&self) -> SentimentLabels {
        self.labels
    }

    /// What the logits get in this language.
    pub(super) fn offsets(&self, language: &str) -> Option<Pair> {
        self.offsets.get(language).copied()
    }

    /// The name that a judgement in this language bears.
    pub(super) fn model(&self, language: &str) -> CompactString {
        let mut name = CompactString::const_new(SENTIMENT_MODEL);
        if self.labels == SentimentLabels::Binary {
            name.push_str("+binary");
        }
        if self.offsets.contains_key(language) {
            name.push_str("+calibrated");
        }
        name
    }
}

//! The running numbers of a mention: the source's revision and vigie's judgement.

use serde::{Deserialize, Serialize};

/// The source's number of a mention's content, or the tagger's count of changed content.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Revision(u64);

impl Revision {
    /// The revision with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// vigie's running number per mention, dense from 1: first tagging, then every change of mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Judgement(u32);

impl Judgement {
    /// The first judgement of a mention.
    pub const FIRST: Self = Self(1);

    /// The judgement with this number; there is none before the first.
    pub const fn new(number: u32) -> Self {
        if number == 0 { Self::FIRST } else { Self(number) }
    }

    /// The judgement that follows this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Judgement {
    fn default() -> Self {
        Self::FIRST
    }
}

/// Whether a record says that a mention stands or was taken back by its source.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The mention stands.
    #[default]
    Active,
    /// The source deleted the mention; the record carries no text.
    Deleted,
}

//! Revisions of the control topics, and the stamp of all of them on a record.

use serde::{Deserialize, Serialize};

/// The dense number of a control topic's state; 0 is the empty table before the first record.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ControlRevision(u64);

impl ControlRevision {
    /// The empty table.
    pub const ZERO: Self = Self(0);

    /// The revision with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The revision that follows this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Which revision of each control topic a record is to be judged with.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Stamps {
    /// Of `rules.v1`.
    pub rules: ControlRevision,
    /// Of `scores.v1`.
    pub scores: ControlRevision,
    /// Of `suppressions.v1`.
    pub suppressions: ControlRevision,
    /// Of `contacts.v1`.
    pub contacts: ControlRevision,
}

//! What became of a record: exactly one disposition each, and their sums.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What became of an input record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disposition {
    /// Judged.
    Processed {
        /// Behind its source's floor or the partition's watermark.
        late: bool,
    },
    /// A redelivery of what was judged already.
    Duplicate,
    /// Of somebody who is not to be measured.
    Suppressed,
    /// Rejected, with its bytes and the reason kept.
    DeadLettered,
}

/// Why a record is wrong: data, not environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    /// What is wrong, naming the field.
    pub reason: String,
}

impl Rejection {
    /// A rejection for this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// Why a value was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecoded {
    /// The bytes are no such value, now and in every replay.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// What it takes to read them is not known yet: the record waits, and so do those behind it.
    #[error("{0}")]
    NotYet(String),
}

impl From<Undecoded> for Rejection {
    /// For those who cannot wait: people who look at one record.
    fn from(undecoded: Undecoded) -> Self {
        match undecoded {
            Undecoded::Rejected(rejection) => rejection,
            Undecoded::NotYet(reason) => Self { reason },
        }
    }
}

/// How many records met which disposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Judged, late ones included.
    pub processed: u64,
    /// Of the processed: late.
    pub late: u64,
    /// Redeliveries.
    pub duplicate: u64,
    /// Of somebody who is not to be measured.
    pub suppressed: u64,
    /// Rejected.
    pub dead_lettered: u64,
}

impl Tally {
    /// Counts one record.
    pub fn count(&mut self, disposition: Disposition) {
        match disposition {
            Disposition::Processed { late } => {
                self.processed += 1;
                self.late += u64::from(late);
            }
            Disposition::Duplicate => self.duplicate += 1,
            Disposition::Suppressed => self.suppressed += 1,
            Disposition::DeadLettered => self.dead_lettered += 1,
        }
    }

    /// All records counted.
    pub const fn total(&self) -> u64 {
        self.processed + self.duplicate + self.suppressed + self.dead_lettered
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.processed += other.processed;
        self.late += other.late;
        self.duplicate += other.duplicate;
        self.suppressed += other.suppressed;
        self.dead_lettered += other.dead_lettered;
    }
}

/// Tallies by the source of the records; derived topics count under the empty name.
pub type TallyBySource = BTreeMap<String, Tally>;

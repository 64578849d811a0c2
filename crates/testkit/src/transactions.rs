//! Transactions of the simulated log: open, in doubt, committed or aborted.

use std::collections::BTreeSet;

use vigie_runtime::{CommittedPosition, TopicPartition};
use vigie_types::{Millis, WallTime};

use crate::group::Member;

/// How long a transaction that nobody ends stays open: a broker's transaction time-out, shortened.
pub(crate) const TIME_OUT: Millis = Millis::new(400);

/// The number of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TransactionId(pub(crate) usize);

/// What became of a transaction, or will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its records and positions are there.
    Committed,
    /// It left nothing but gaps.
    Aborted,
    /// It is not over. It ends so once somebody waits for its end, or at its time-out.
    Pending {
        /// Whether the commit reached the log before its answer was lost.
        commits: bool,
    },
}

/// One transaction.
#[derive(Debug)]
pub(crate) struct SimulatedState {
    pub(crate) application: String,
    pub(crate) member: Member,
    pub(crate) fate: Fate,
    pub(crate) since: WallTime,
    pub(crate) touched: BTreeSet<TopicPartition>,
    pub(crate) positions: Vec<CommittedPosition>,
}

impl SimulatedState {
    pub(crate) fn new(application: &str, member: Member, since: WallTime) -> Self {
        Self {
            application: application.into(),
            member,
            fate: Fate::Pending { commits: false },
            since,
            touched: BTreeSet::new(),
            positions: Vec::new(),
        }
    }

    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.fate, Fate::Pending { .. })
    }

    /// Whether it carries a position of this partition for this application.
    pub(crate) fn moves(&self, application: &str, partition: &TopicPartition) -> bool {
        self.application == application
            && self.positions.iter().any(|position| position.partition == *partition)
    }
}

//! Reading what is committed, for those who answer questions: the API, audits, copies, comparisons.
//!
//! A log at rest, a running embedded log and a Kafka cluster are read the same way. Readers never
//! see a record of a transaction that has not committed.

use crate::engine::CommittedPosition;
use crate::record::{Fetched, Partition, Position, Topic, TopicPartition};

/// Why a read gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such topic or partition.
    #[error("there is no partition {0}")]
    UnknownPartition(TopicPartition),
    /// Keys are looked up in compacted topics only.
    #[error("{0} is not compacted: it has no newest value per key")]
    NotCompacted(TopicPartition),
    /// What was asked for has been dropped.
    #[error("{partition}: position {wanted} is below the log's start {start}",
        wanted = .wanted.get(), start = .start.get())]
    BelowStart {
        /// The partition.
        partition: TopicPartition,
        /// What was asked for.
        wanted: Position,
        /// The first that is there.
        start: Position,
    },
    /// What was asked for has never been written.
    #[error("{partition}: position {wanted} is beyond the log's end {end}",
        wanted = .wanted.get(), end = .end.get())]
    BeyondEnd {
        /// The partition.
        partition: TopicPartition,
        /// What was asked for.
        wanted: Position,
        /// The next to be written.
        end: Position,
    },
    /// Files or brokers that cannot be read; the text names them.
    #[error("{0}")]
    Failed(String),
}

/// How long a topic's records are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// For so long.
    For(vigie_types::Millis),
    /// The newest of each key.
    NewestOfKey,
    /// For ever.
    Forever,
}

/// A topic as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicOutline {
    /// Its name.
    pub topic: Topic,
    /// How many partitions it has.
    pub partitions: u32,
    /// How long its records are kept.
    pub kept: Kept,
}

impl TopicOutline {
    /// The partitions, in order.
    pub fn partitions(&self) -> impl Iterator<Item = TopicPartition> + '_ {
        let numbers = (0..self.partitions).map(Partition::new);
        numbers.map(|number| TopicPartition::new(&self.topic, number))
    }
}

/// Takes one entry of a compacted partition: a key with its newest value.
pub type VisitEntry<'a> = &'a mut dyn FnMut(&[u8], &[u8]);

/// Committed records, positions and newest values of a log, wherever it lives.
pub trait LogReader: Send + Sync {
    /// The topics there are.
    ///
    /// # Errors
    /// When the log cannot be asked.
    fn topics(&self) -> Result<Vec<TopicOutline>, ReadError>;

    /// The first position that is kept.
    ///
    /// # Errors
    /// When there is no such partition, or it cannot be asked.
    fn start(&self, partition: &TopicPartition) -> Result<Position, ReadError>;

    /// The position after everything committed. Between start and end there may be fewer records
    /// than positions: markers of transactions take positions too.
    ///
    /// # Errors
    /// As [`LogReader::start`].
    fn end(&self, partition: &TopicPartition) -> Result<Position, ReadError>;

    /// Whether every position is a record, so that the difference of two positions counts records.
    /// Not so where markers of transactions and aborted records take positions: there records are
    /// counted by reading them.
    fn is_dense(&self) -> bool;

    /// How many records stand at `from` or after it. Zero only when no record is left and none is
    /// on its way; otherwise an upper bound, since markers take positions too.
    ///
    /// Where the log is not dense, zero takes two looks. The markers of one transaction reach its
    /// partitions one after another, so a position can be read that was committed together with
    /// records which cannot be read yet: a partition that holds anything behind its last stable
    /// offset has records on their way. And a position stays below the markers after the last
    /// record: whether a record follows is known by reading on.
    ///
    /// # Errors
    /// As [`LogReader::start`].
    fn remaining(&self, partition: &TopicPartition, from: Position) -> Result<u64, ReadError>;

    /// Records from `from` on, up to about `max_bytes` of keys and values; at least one, if there
    /// is one before the end as it was at the call.
    ///
    /// # Errors
    /// When the log does not hold that position or cannot be read.
    fn read(
        &self,
        partition: &TopicPartition,
        from: Position,
        max_bytes: usize,
    ) -> Result<Fetched, ReadError>;

    /// Shows each key of a partition of a compacted topic with its newest value, in key order.
    ///
    /// # Errors
    /// When the topic is not compacted or cannot be read whole.
    fn compacted(&self, partition: &TopicPartition, entry: VisitEntry<'_>)
    -> Result<(), ReadError>;

    /// The newest value of a key of a compacted topic, in the partition that the key belongs to.
    ///
    /// # Errors
    /// As [`LogReader::compacted`].
    fn newest(&self, topic: &Topic, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError>;

    /// The newest value of a key in one partition of a compacted topic, for a key that each
    /// partition has of its own, such as a task's progress.
    ///
    /// # Errors
    /// As [`LogReader::compacted`].
    fn newest_in(
        &self,
        partition: &TopicPartition,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, ReadError>;

    /// Where an application stands in each partition that it has committed a position for.
    ///
    /// # Errors
    /// When positions cannot be read.
    fn positions(&self, application: &str) -> Result<Vec<CommittedPosition>, ReadError>;

    /// How many bytes the log takes; none where that cannot be told.
    fn size_bytes(&self) -> Option<u64>;
}

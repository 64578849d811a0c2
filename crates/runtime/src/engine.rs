//! The engine seam: everything that does I/O for a stream thread.
//!
//! An engine delivers records and assignments, keeps positions, restores changelogs and commits
//! transactions. It decides nothing about streams. Three engines implement it: Kafka, embedded and
//! simulated.

use vigie_types::{EventTime, Millis, WallTime};

use crate::record::{Fetched, Position, ProducerRecord, TopicPartition};

/// What an engine has to say at a poll, in the order in which it must be heeded.
#[derive(Debug)]
pub enum EngineEvent {
    /// These partitions are ours now: restore them, then read from their committed position.
    Assigned(Vec<TopicPartition>),
    /// These partitions are asked back: commit, then close them. The engine gives them up at the
    /// poll that follows.
    Revoked(Vec<TopicPartition>),
    /// These partitions are no longer ours: roll back and drop them.
    Lost(Vec<TopicPartition>),
    /// These partitions are ours after a rebalance as they were before. Whether they were all the
    /// time is not known: a thread that stood still may have lost them and got them back. What is
    /// held of them counts only if nobody else has committed.
    Kept(Vec<TopicPartition>),
    /// Records of an assigned partition.
    Records(Fetched),
    /// Records of a control topic, which every instance reads whole, from its start.
    Control(Fetched),
}

/// A position with what must be known about the commit that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedPosition {
    /// The input partition.
    pub partition: TopicPartition,
    /// The next record to read.
    pub position: Position,
    /// The task's number of the commit, which settles a commit whose outcome is in doubt.
    pub commit_number: u64,
    /// The highest event time that the task had seen, for those who watch it from outside.
    pub stream_time: EventTime,
}

/// A failure of the environment outside a commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The position to read from is below what the log still holds; a silent reset would lose data.
    #[error(
        "{partition}: position {wanted:?} is below the log's start {start:?}: the log was cut \
         before it was read; restore the log, or start a new application version"
    )]
    BelowLogStart {
        /// The partition.
        partition: TopicPartition,
        /// What was to be read next.
        wanted: Position,
        /// What is there.
        start: Position,
    },
    /// A newer instance with the same identity has taken over.
    #[error("fenced by a newer instance of the same identity")]
    Fenced,
    /// Nothing can go on.
    #[error("{0}")]
    Fatal(String),
}

/// How a commit ended other than well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// It did not take place: roll back and rewind.
    #[error("the transaction was aborted: {0}")]
    Aborted(String),
    /// A newer instance with the same identity has taken over: drop every task.
    #[error("fenced by a newer instance of the same identity")]
    Fenced,
    /// Nobody knows: recreate the producer, then ask for the committed position.
    #[error("the outcome of the transaction is unknown")]
    InDoubt,
    /// Nothing can go on.
    #[error("{0}")]
    Fatal(String),
}

/// A producer that can open one transaction at a time: two do not compile.
pub trait TransactionalProducer {
    /// An open transaction; dropping it without a commit aborts it.
    type Transaction<'a>: Transaction
    where
        Self: 'a;

    /// Opens a transaction.
    ///
    /// # Errors
    /// When the producer is fenced or its state is unknown.
    fn begin(&mut self) -> Result<Self::Transaction<'_>, CommitError>;
}

/// An open transaction: records and positions that become visible together or never.
pub trait Transaction {
    /// Adds a record.
    ///
    /// # Errors
    /// When the record cannot be taken; the transaction cannot be committed then.
    fn send(&mut self, record: ProducerRecord<'_>) -> Result<(), CommitError>;

    /// Adds the positions that the records were made from.
    ///
    /// # Errors
    /// As [`Transaction::send`].
    fn send_positions(&mut self, positions: &[CommittedPosition]) -> Result<(), CommitError>;

    /// Makes everything visible, durably.
    ///
    /// # Errors
    /// See [`CommitError`]: each variant says what the caller must do.
    fn commit(self) -> Result<(), CommitError>;

    /// Takes everything back.
    ///
    /// # Errors
    /// When the producer is fenced or the abort's own outcome is unknown.
    fn abort(self) -> Result<(), CommitError>;
}

/// Takes one entry of a changelog after another: key, and value or tombstone.
pub type RestoreEntry<'a> = Box<dyn FnMut(&[u8], Option<&[u8]>) + Send + 'a>;

/// A changelog partition that is read, and what takes its entries.
pub struct Restore<'a> {
    /// The partition.
    pub changelog: TopicPartition,
    /// What takes them.
    pub entry: RestoreEntry<'a>,
}

/// Everything that does I/O for one stream thread.
pub trait Engine {
    /// The producer whose transactions carry this thread's commits.
    type Producer: TransactionalProducer;

    /// The wall clock, for commit intervals and observation only.
    fn now(&self) -> WallTime;

    /// Waits at most `wait` for something to happen and appends it to `events`.
    ///
    /// # Errors
    /// When the environment fails in a way that no retry mends.
    fn poll(&mut self, wait: Millis, events: &mut Vec<EngineEvent>) -> Result<(), EngineError>;

    /// The committed position of an input partition; none before the first commit. It waits until
    /// no transaction that carries a position of this partition is pending.
    ///
    /// # Errors
    /// When it cannot be read.
    fn committed(
        &mut self,
        partition: &TopicPartition,
    ) -> Result<Option<CommittedPosition>, EngineError>;

    /// Reads changelog partitions, each from its start to its last committed record, side by side
    /// where the engine can. A later entry for a key replaces an earlier one.
    ///
    /// # Errors
    /// When one of them cannot be read whole.
    fn restore(&mut self, restores: &mut [Restore<'_>]) -> Result<(), EngineError>;

    /// Makes `position` the next to be delivered from an assigned partition, and resumes it. Does
    /// nothing for a partition that is no longer ours while the thread has not been told.
    ///
    /// # Errors
    /// When the partition does not hold that position.
    fn seek(&mut self, partition: &TopicPartition, position: Position) -> Result<(), EngineError>;

    /// Stops delivery from a partition until [`Engine::resume`].
    fn pause(&mut self, partition: &TopicPartition);

    /// Goes on with delivery.
    fn resume(&mut self, partition: &TopicPartition);

    /// The producer.
    fn producer(&mut self) -> &mut Self::Producer;

    /// Replaces the producer after an outcome in doubt, which fences what the old one left open.
    ///
    /// # Errors
    /// When no new producer can be had.
    fn recreate_producer(&mut self) -> Result<(), EngineError>;
}

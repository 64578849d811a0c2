//! A task as the stream thread sees it, whatever it processes.

use crate::engine::CommittedPosition;
use crate::record::{FetchedRecord, Position, ProducerRecord, Topic, TopicPartition};
use crate::watermark::WatermarkError;

/// Why a task cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// Too many records in a row were rejected.
    #[error(
        "{partition}: {count} records in a row were dead-lettered, the last because: {reason}; \
         the cause is not the data"
    )]
    DeadLetterLimit {
        /// The input partition.
        partition: TopicPartition,
        /// How many.
        count: u64,
        /// The last reason.
        reason: String,
    },
    /// A signal contradicts what the partition has seen.
    #[error("{partition}: {error}")]
    Watermark {
        /// The input partition.
        partition: TopicPartition,
        /// What contradicts.
        error: WatermarkError,
    },
    /// State cannot be written or read.
    #[error("{partition}: {reason}")]
    State {
        /// The changelog's partition.
        partition: TopicPartition,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A topic is not in the layout.
    #[error("topic {0} is not in the layout: add it to deploy/topics.toml")]
    UnknownTopic(Topic),
}

/// Whether a task took a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It has a disposition, or was a signal.
    Taken,
    /// Its control revision has not been read yet, or what it takes to decode it is not known yet:
    /// offer it again later.
    Waits,
}

/// A task as the stream thread sees it, whatever it processes.
pub trait PartitionTask: Send {
    /// The processor's name.
    fn name(&self) -> &'static str;
    /// The partition it reads.
    fn input(&self) -> &TopicPartition;
    /// Where its state is kept.
    fn changelog(&self) -> &TopicPartition;
    /// Takes one changelog entry.
    ///
    /// # Errors
    /// When the entry cannot be read.
    fn restore(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), TaskError>;
    /// Ends the restore and says where to read on.
    ///
    /// # Errors
    /// When changelog and position are not of one commit.
    fn start(&mut self, committed: Option<&CommittedPosition>) -> Result<Position, TaskError>;
    /// Offers the record at the task's position or later.
    ///
    /// # Errors
    /// When the task cannot go on; the commit must be rolled back.
    fn offer(&mut self, record: FetchedRecord<'_>) -> Result<Offered, TaskError>;
    /// Whether there is anything to commit.
    fn is_dirty(&self) -> bool;
    /// Whether a limit asks for a commit now.
    fn is_full(&self) -> bool;
    /// Stages changelog, merged outputs and watermark.
    ///
    /// # Errors
    /// When a state breaks a limit.
    fn prepare(&mut self) -> Result<(), TaskError>;
    /// The staged record at `index`.
    fn staged(&self, index: usize) -> Option<ProducerRecord<'_>>;
    /// The position to commit with the staged records.
    fn staged_position(&self) -> CommittedPosition;
    /// What was committed last, or restored; none before the first commit.
    fn committed(&self) -> Option<CommittedPosition>;
    /// The partition stayed ours over a rebalance: shows readers its committed state again.
    fn stay(&self);
    /// Makes the staged state visible: the commit took place.
    fn publish(&mut self);
    /// Drops what is staged: the commit did not take place. Returns where to read on.
    fn roll_back(&mut self) -> Position;
    /// Forgets the committed state: the partition is no longer ours.
    fn close(&mut self);
}

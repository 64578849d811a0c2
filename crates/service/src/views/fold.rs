//! Follows one partition of the log and tells what it holds, from wherever it stopped.

use vigie_runtime::{
    Fetched, LogReader, Offset, Partition, Position, ReadError, Rejection, Topic, TopicPartition,
};
use vigie_types::EventTime;

/// What is read at once: about 10 ms of folding, for which requests wait.
const READ_BYTES: usize = 1 << 20;

/// How many positions before the end a partition of a cluster is begun at most: read and folded in
/// about five seconds (some 300 MB), after which an instance that has gained the partition answers
/// for it. The answer says since when it counts.
const MAXIMUM_BACK: u64 = 1_000_000;

/// Why the views cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ViewError {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record is unreadable.
    #[error("{0}: {1}")]
    Record(TopicPartition, Rejection),
    /// A service's progress cannot be read; the text says why.
    #[error("{0}")]
    Progress(String),
}

/// One partition that is followed.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    partition: TopicPartition,
    /// The next to be read; none before the first look.
    position: Option<Position>,
    /// Whether older records than those that are read are kept in the log.
    is_cut: bool,
    since: Option<EventTime>,
}

impl Followed {
    /// A partition that has not been looked at.
    pub(crate) fn new(topic: &str, number: Partition) -> Self {
        let partition = TopicPartition::new(&Topic::new(topic), number);
        Self { partition, position: None, is_cut: false, since: None }
    }

    /// Its topic.
    pub(crate) fn topic(&self) -> &str {
        self.partition.topic.as_str()
    }

    /// The time of the first record that was read, where older ones are kept.
    pub(crate) const fn since(&self) -> Option<EventTime> {
        self.since
    }

    /// Where it ends now.
    pub(crate) fn end(&self, log: &dyn LogReader) -> Result<Position, ViewError> {
        Ok(log.end(&self.partition)?)
    }

    /// The next records before `end`; none once it is reached.
    pub(crate) fn read(
        &mut self,
        log: &dyn LogReader,
        end: Position,
    ) -> Result<Option<Fetched>, ViewError> {
        if self.position.is_some_and(|position| position >= end) {
            return Ok(None);
        }
        let from = self.from(log, end)?;
        self.position = Some(from);
        if from >= end {
            return Ok(None);
        }
        let fetched = match log.read(&self.partition, from, READ_BYTES) {
            // Retention was faster: what it dropped is not missed.
            Err(ReadError::BelowStart { start, .. }) => {
                self.position = Some(start.min(end));
                log.read(&self.partition, start.min(end), READ_BYTES)?
            }
            read => read?,
        };
        if fetched.is_empty() {
            // Nothing but markers stands before the end.
            self.position = Some(end);
            return Ok(None);
        }
        if self.is_cut && self.since.is_none() {
            self.since = fetched.get(0).map(|first| first.timestamp);
        }
        Ok(Some(fetched))
    }

    /// The record at `offset` was taken.
    pub(crate) const fn taken(&mut self, offset: Offset) {
        self.position = Some(offset.next());
    }

    /// A record that cannot be taken.
    pub(crate) fn refuse(&self, rejection: Rejection) -> ViewError {
        ViewError::Record(self.partition.clone(), rejection)
    }

    fn from(&mut self, log: &dyn LogReader, end: Position) -> Result<Position, ViewError> {
        if let Some(position) = self.position {
            return Ok(position);
        }
        let start = log.start(&self.partition)?;
        if log.is_dense() {
            return Ok(start);
        }
        let earliest = Position::new(end.get().saturating_sub(MAXIMUM_BACK));
        self.is_cut = earliest > start;
        Ok(earliest.max(start))
    }
}

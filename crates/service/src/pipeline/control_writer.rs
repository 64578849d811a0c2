//! Reads and writes the control topics: one writer, dense revisions, only what changed.

use vigie_runtime::{
    LogReader, Partition, Position, ProducerRecord, Topic, TopicPartition, Undecoded,
};
use vigie_schema::{AvroCodec, Schemas, SuppressionRecord, topics};
use vigie_types::{AuthorId, ControlRevision, WallTime};

/// A control topic that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {attempt} {topic}: {reason}")]
pub struct ControlError {
    attempt: &'static str,
    topic: &'static str,
    reason: String,
}

/// Who may write the control topics, on whichever engine.
pub trait ControlWriter: Send + Sync {
    /// Takes the turn to write `topic`. It is taken before the topic is read, so that revisions
    /// are dense: whoever else wrote since, or takes a turn before this one's append, makes the
    /// append fail or waits for it.
    ///
    /// # Errors
    /// When no writer can be had.
    fn turn(&self, topic: &Topic) -> Result<Box<dyn ControlTurn + '_>, String>;
}

/// The right to append records to a control topic.
pub trait ControlTurn {
    /// Appends a record, alone in its transaction.
    ///
    /// # Errors
    /// When it was not committed, or somebody else has taken the turn since.
    fn append(&mut self, record: ProducerRecord<'_>) -> Result<(), String>;
}

/// A log with the right to write its control topics.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// What is read.
    pub log: &'a dyn LogReader,
    /// What is written.
    pub writer: &'a dyn ControlWriter,
    /// How records are read and written.
    pub schemas: &'a Schemas,
}

/// How many bytes of a control topic are read at once.
const READ_BYTES: usize = 1 << 20;

/// Adds an author to those who are not to be measured; returns the revision that says so.
///
/// # Errors
/// When `suppressions.v1` cannot be read or written.
pub fn suppress(
    control: Control<'_>,
    author: &AuthorId,
    now: WallTime,
) -> Result<ControlRevision, ControlError> {
    let mut turn = control.turn(topics::SUPPRESSIONS)?;
    let codec = &control.schemas.suppressions;
    let mut records: Vec<SuppressionRecord> = Vec::new();
    read_control(control.log, topics::SUPPRESSIONS, codec, &mut |record: SuppressionRecord| {
        // The others leave out what is not the next revision.
        if record.revision.get() == records.len() as u64 + 1 {
            records.push(record);
        }
    })?;
    let last = records
        .iter()
        .rev()
        .find(|record| record.added.contains(author) || record.removed.contains(author));
    let revision = ControlRevision::new(records.len() as u64);
    if last.is_some_and(|record| record.added.contains(author)) {
        return Ok(revision);
    }
    let record = SuppressionRecord {
        revision: revision.next(),
        changed_at: now,
        added: vec![author.clone()],
        removed: Vec::new(),
    };
    turn.append(codec, &record, record.revision)?;
    Ok(record.revision)
}

/// The turn to write one control topic.
pub struct Turn<'a> {
    topic: &'static str,
    inner: Box<dyn ControlTurn + 'a>,
}

impl<'a> Control<'a> {
    /// Takes the turn to write a control topic.
    ///
    /// # Errors
    /// When no writer can be had.
    pub fn turn(self, topic: &'static str) -> Result<Turn<'a>, ControlError> {
        match self.writer.turn(&Topic::new(topic)) {
            Ok(inner) => Ok(Turn { topic, inner }),
            Err(reason) => Err(ControlError { attempt: "write", topic, reason }),
        }
    }
}

impl Turn<'_> {
    /// Appends one record, in a transaction of its own.
    ///
    /// # Errors
    /// When it was not committed.
    pub fn append<T>(
        &mut self,
        codec: &AvroCodec<T>,
        record: &T,
        revision: ControlRevision,
    ) -> Result<(), ControlError>
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
    {
        let topic = self.topic;
        let mut value = Vec::new();
        codec.encode(record, &mut value);
        let key = format!("{topic}@{}", revision.get());
        let appended = self.inner.append(ProducerRecord {
            topic: &Topic::new(topic),
            partition: Partition::new(0),
            key: key.as_bytes(),
            value: Some(&value),
            timestamp: vigie_types::EventTime::default(),
        });
        appended.map_err(|reason| ControlError { attempt: "write", topic, reason })
    }
}

/// Gives every record of a control topic, in order of revision. What is no record is left out, as
/// those leave it out who judge by the topic.
///
/// # Errors
/// When the topic cannot be read.
pub fn read_control<T>(
    log: &dyn LogReader,
    topic: &'static str,
    codec: &AvroCodec<T>,
    take: &mut dyn FnMut(T),
) -> Result<(), ControlError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let failed = |reason: String| ControlError { attempt: "read", topic, reason };
    let partition = TopicPartition::new(&Topic::new(topic), Partition::new(0));
    let mut position = Position::START;
    loop {
        let fetched = log.read(&partition, position, READ_BYTES);
        let fetched = fetched.map_err(|error| failed(error.to_string()))?;
        if fetched.is_empty() {
            return Ok(());
        }
        for record in fetched.iter() {
            match codec.read(record.value.unwrap_or_default()) {
                Ok(record) => take(record),
                Err(Undecoded::Rejected(_)) => {}
                Err(Undecoded::NotYet(reason)) => return Err(failed(reason)),
            }
            position = record.offset.next();
        }
    }
}

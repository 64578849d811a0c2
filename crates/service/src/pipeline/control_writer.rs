//! Writes the control topics: one writer, dense revisions, only what changed.

use std::collections::BTreeMap;

use vigie_runtime::{LogReader, Partition, Position, ProducerRecord, Topic, TopicPartition};
use vigie_schema::{AvroCodec, RuleRecord, Schemas, StreamDefinition, SuppressionRecord, topics};
use vigie_types::{AuthorId, ControlRevision, StreamId, WallTime};

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

/// The right to append one record to a control topic.
pub trait ControlTurn {
    /// Appends the record, alone in its transaction.
    ///
    /// # Errors
    /// When it was not committed, or somebody else has taken the turn since.
    fn append(self: Box<Self>, record: ProducerRecord<'_>) -> Result<(), String>;
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

/// Makes `streams` the streams that are watched; returns the revision that says so. Nothing is
/// written when they are watched already.
///
/// # Errors
/// When `rules.v1` cannot be read or written.
pub fn apply_streams(
    control: Control<'_>,
    streams: &[StreamDefinition],
    now: WallTime,
) -> Result<ControlRevision, ControlError> {
    let Control { log, schemas, .. } = control;
    let turn = control.turn(topics::RULES)?;
    let records = read_all(log, topics::RULES, &schemas.rules)?;
    let mut current: BTreeMap<StreamId, StreamDefinition> = BTreeMap::new();
    for record in &records {
        for id in &record.removed {
            current.remove(id);
        }
        for definition in &record.put {
            current.insert(definition.id.clone(), definition.clone());
        }
    }
    let put: Vec<StreamDefinition> = streams
        .iter()
        .filter(|definition| current.get(&definition.id) != Some(definition))
        .cloned()
        .collect();
    let wanted = |id: &StreamId| streams.iter().any(|definition| definition.id == *id);
    let removed: Vec<StreamId> = current.into_keys().filter(|id| !wanted(id)).collect();
    let revision = ControlRevision::new(records.len() as u64);
    if put.is_empty() && removed.is_empty() {
        return Ok(revision);
    }
    let record = RuleRecord { revision: revision.next(), changed_at: now, put, removed };
    append(turn, topics::RULES, &schemas.rules, &record, record.revision)?;
    Ok(record.revision)
}

/// Adds an author to those who are not to be measured; returns the revision that says so.
///
/// # Errors
/// When `suppressions.v1` cannot be read or written.
pub fn suppress(
    control: Control<'_>,
    author: &AuthorId,
    now: WallTime,
) -> Result<ControlRevision, ControlError> {
    let Control { log, schemas, .. } = control;
    let turn = control.turn(topics::SUPPRESSIONS)?;
    let records = read_all(log, topics::SUPPRESSIONS, &schemas.suppressions)?;
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
    append(turn, topics::SUPPRESSIONS, &schemas.suppressions, &record, record.revision)?;
    Ok(record.revision)
}

/// Every record of a control topic, in order of revision.
fn read_all<T>(
    log: &dyn LogReader,
    topic: &'static str,
    codec: &AvroCodec<T>,
) -> Result<Vec<T>, ControlError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let failed = |reason: String| ControlError { attempt: "read", topic, reason };
    let partition = TopicPartition::new(&Topic::new(topic), Partition::new(0));
    let mut records = Vec::new();
    let mut position = Position::START;
    loop {
        let fetched = log
            .read(&partition, position, READ_BYTES)
            .map_err(|error| failed(error.to_string()))?;
        if fetched.is_empty() {
            return Ok(records);
        }
        for record in fetched.iter() {
            let value = record.value.unwrap_or_default();
            records.push(codec.decode(value).map_err(|error| failed(error.reason))?);
            position = record.offset.next();
        }
    }
}

impl<'a> Control<'a> {
    fn turn(self, topic: &'static str) -> Result<Box<dyn ControlTurn + 'a>, ControlError> {
        let turn = self.writer.turn(&Topic::new(topic));
        turn.map_err(|reason| ControlError { attempt: "write", topic, reason })
    }
}

fn append<T>(
    turn: Box<dyn ControlTurn + '_>,
    topic: &'static str,
    codec: &AvroCodec<T>,
    record: &T,
    revision: ControlRevision,
) -> Result<(), ControlError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut value = Vec::new();
    codec.encode(record, &mut value);
    let key = format!("{topic}@{}", revision.get());
    turn.append(ProducerRecord {
        topic: &Topic::new(topic),
        partition: Partition::new(0),
        key: key.as_bytes(),
        value: Some(&value),
        timestamp: vigie_types::EventTime::default(),
    })
    .map_err(|reason| ControlError { attempt: "write", topic, reason })
}

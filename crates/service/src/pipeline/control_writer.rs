//! Writes the control topics: one writer, dense revisions, only what changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_engine_embedded::Log;
use vigie_runtime::{
    Partition, Position, ProducerRecord, Topic, TopicPartition, Transaction, TransactionalProducer,
};
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

/// How many bytes of a control topic are read at once.
const READ_BYTES: usize = 1 << 20;

/// Makes `streams` the streams that are watched; returns the revision that says so. Nothing is
/// written when they are watched already.
///
/// # Errors
/// When `rules.v1` cannot be read or written.
pub fn apply_streams(
    log: &Arc<Log>,
    schemas: &Schemas,
    streams: &[StreamDefinition],
    now: WallTime,
) -> Result<ControlRevision, ControlError> {
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
    append(log, topics::RULES, &schemas.rules, &record, record.revision)?;
    Ok(record.revision)
}

/// Adds an author to those who are not to be measured; returns the revision that says so.
///
/// # Errors
/// When `suppressions.v1` cannot be read or written.
pub fn suppress(
    log: &Arc<Log>,
    schemas: &Schemas,
    author: &AuthorId,
    now: WallTime,
) -> Result<ControlRevision, ControlError> {
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
    append(log, topics::SUPPRESSIONS, &schemas.suppressions, &record, record.revision)?;
    Ok(record.revision)
}

/// Every record of a control topic, in order of revision.
pub(crate) fn read_all<T>(
    log: &Arc<Log>,
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

fn append<T>(
    log: &Arc<Log>,
    topic: &'static str,
    codec: &AvroCodec<T>,
    record: &T,
    revision: ControlRevision,
) -> Result<(), ControlError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let failed = |reason: String| ControlError { attempt: "write", topic, reason };
    let mut value = Vec::new();
    codec.encode(record, &mut value);
    let name = Topic::new(topic);
    let mut producer = log.producer().map_err(|error| failed(error.to_string()))?;
    let mut transaction = producer.begin().map_err(|error| failed(error.to_string()))?;
    let key = format!("{topic}@{}", revision.get());
    transaction
        .send(ProducerRecord {
            topic: &name,
            partition: Partition::new(0),
            key: key.as_bytes(),
            value: Some(&value),
            timestamp: vigie_types::EventTime::default(),
        })
        .and_then(|()| transaction.commit())
        .map_err(|error| failed(error.to_string()))
}

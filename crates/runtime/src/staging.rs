//! What one task will write at its next commit: outputs (merged where they merge), dead letters,
//! changelog, watermark and progress.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use vigie_types::EventTime;

use crate::changelog;
use crate::emitter::{CombineKey, DeadLetter, Outputs};
use crate::partition_task::TaskError;
use crate::partitioner::partition_of;
use crate::progress::{RESERVED_KEY, TaskProgress};
use crate::record::{Partition, ProducerRecord, Topic, TopicPartition};
use crate::staged::StagedRecords;

/// How many partitions each topic has.
pub type Layout = BTreeMap<Topic, u32>;

/// The effects of one commit interval.
pub(crate) struct Staging<O> {
    outputs: Arc<dyn Outputs<O>>,
    layout: Arc<Layout>,
    changelog: TopicPartition,
    records: StagedRecords,
    combining: BTreeMap<CombineKey, O>,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl<O> Staging<O> {
    pub(crate) fn new(
        outputs: Arc<dyn Outputs<O>>,
        layout: Arc<Layout>,
        changelog: TopicPartition,
    ) -> Self {
        Self {
            outputs,
            layout,
            changelog,
            records: StagedRecords::default(),
            combining: BTreeMap::new(),
            key: Vec::new(),
            value: Vec::new(),
        }
    }

    /// Where the state is kept.
    pub(crate) const fn changelog(&self) -> &TopicPartition {
        &self.changelog
    }

    /// How many partitions `topic` has.
    pub(crate) fn partitions(&self, topic: &Topic) -> Result<u32, TaskError> {
        let found = self.layout.get(topic);
        found.copied().ok_or_else(|| TaskError::UnknownTopic(topic.clone()))
    }

    /// How many records would be written.
    pub(crate) fn len(&self) -> usize {
        self.records.len() + self.combining.len()
    }

    /// How many bytes they take; what is still merging is not counted.
    pub(crate) fn bytes(&self) -> usize {
        self.records.bytes()
    }

    /// The record at `index`, once everything is staged.
    pub(crate) fn get(&self, index: usize) -> Option<ProducerRecord<'_>> {
        self.records.get(index)
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.combining.clear();
    }

    /// Takes an output: one that merges waits for the commit, another is encoded at once.
    pub(crate) fn output(&mut self, output: O) -> Result<(), TaskError> {
        let Some(name) = self.outputs.combine_key(&output) else {
            return self.encode(&output);
        };
        match self.combining.get_mut(&name) {
            Some(pending) => self.outputs.combine(pending, output),
            None => {
                self.combining.insert(name, output);
            }
        }
        Ok(())
    }

    /// Encodes what was merged, in the order of its names.
    pub(crate) fn merged(&mut self) -> Result<(), TaskError> {
        for (_, output) in std::mem::take(&mut self.combining) {
            self.encode(&output)?;
        }
        Ok(())
    }

    /// Tells every partition of the derived topic how far the input has come.
    pub(crate) fn watermark(
        &mut self,
        input: &TopicPartition,
        watermark: EventTime,
    ) -> Result<(), TaskError> {
        let of = self.partitions(&input.topic)?;
        let Some(output) = self.outputs.watermark(input.partition, of, watermark) else {
            return Ok(());
        };
        self.key.clear();
        self.value.clear();
        let route = self.outputs.encode(&output, &mut self.key, &mut self.value);
        for partition in 0..self.partitions(&route.topic)? {
            self.push(&route.topic, Partition::new(partition), route.timestamp);
        }
        Ok(())
    }

    /// Keeps a rejected record.
    pub(crate) fn dead_letter(&mut self, letter: &DeadLetter<'_>) -> Result<(), TaskError> {
        self.key.clear();
        self.value.clear();
        let route = self.outputs.encode_dead_letter(letter, &mut self.key, &mut self.value);
        let partition = partition_of(&self.key, self.partitions(&route.topic)?);
        self.push(&route.topic, partition, route.timestamp);
        Ok(())
    }

    /// Writes the state of `key` to the changelog, or its tombstone; returns its size in bytes.
    pub(crate) fn state<S: Serialize>(
        &mut self,
        key: &str,
        version: u8,
        state: Option<&S>,
        timestamp: EventTime,
    ) -> usize {
        self.value.clear();
        if let Some(state) = state {
            changelog::encode(version, state, &mut self.value);
        }
        self.records.push(ProducerRecord {
            topic: &self.changelog.topic,
            partition: self.changelog.partition,
            key: key.as_bytes(),
            value: state.is_some().then_some(&self.value),
            timestamp,
        });
        self.value.len()
    }

    /// Writes the task's progress to the changelog.
    pub(crate) fn progress(&mut self, progress: &TaskProgress) {
        self.value.clear();
        changelog::encode(changelog::PROGRESS_VERSION, progress, &mut self.value);
        self.records.push(ProducerRecord {
            topic: &self.changelog.topic,
            partition: self.changelog.partition,
            key: RESERVED_KEY,
            value: Some(&self.value),
            timestamp: progress.stream_time,
        });
    }

    fn encode(&mut self, output: &O) -> Result<(), TaskError> {
        self.key.clear();
        self.value.clear();
        let route = self.outputs.encode(output, &mut self.key, &mut self.value);
        let partition = partition_of(&self.key, self.partitions(&route.topic)?);
        self.push(&route.topic, partition, route.timestamp);
        Ok(())
    }

    /// Stages the record in the scratch buffers.
    fn push(&mut self, topic: &Topic, partition: Partition, timestamp: EventTime) {
        self.records.push(ProducerRecord {
            topic,
            partition,
            key: &self.key,
            value: Some(&self.value),
            timestamp,
        });
    }
}

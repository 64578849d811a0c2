//! Records staged for the next commit, their bytes in one piece; nothing is sent before the commit.

use std::ops::Range;

use vigie_types::EventTime;

use crate::record::{Partition, ProducerRecord, Topic, append};

/// What a task, or ingest, will write at the next commit.
#[derive(Debug, Default)]
pub struct StagedRecords {
    bytes: Vec<u8>,
    records: Vec<StagedRecord>,
}

#[derive(Debug)]
struct StagedRecord {
    topic: Topic,
    partition: Partition,
    key: Range<usize>,
    value: Option<Range<usize>>,
    timestamp: EventTime,
}

impl StagedRecords {
    /// Adds a record.
    pub fn push(&mut self, record: ProducerRecord<'_>) {
        let key = append(&mut self.bytes, record.key);
        let value = record.value.map(|value| append(&mut self.bytes, value));
        self.records.push(StagedRecord {
            topic: record.topic.clone(),
            partition: record.partition,
            key,
            value,
            timestamp: record.timestamp,
        });
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many bytes keys and values take.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.records.clear();
    }

    /// The record at `index`, in the order of adding.
    pub fn get(&self, index: usize) -> Option<ProducerRecord<'_>> {
        self.records.get(index).map(|record| ProducerRecord {
            topic: &record.topic,
            partition: record.partition,
            key: &self.bytes[record.key.clone()],
            value: record.value.clone().map(|range| &self.bytes[range]),
            timestamp: record.timestamp,
        })
    }
}

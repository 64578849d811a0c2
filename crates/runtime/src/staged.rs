//! Records staged for the next commit, their bytes in one piece.

use std::ops::Range;

use vigie_types::EventTime;

use crate::record::{Partition, ProducerRecord, Topic, append};

/// What a task will write at the next commit.
#[derive(Debug, Default)]
pub(crate) struct StagedRecords {
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
    pub(crate) fn push(&mut self, record: ProducerRecord<'_>) {
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

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.records.clear();
    }

    pub(crate) fn get(&self, index: usize) -> Option<ProducerRecord<'_>> {
        self.records.get(index).map(|record| ProducerRecord {
            topic: &record.topic,
            partition: record.partition,
            key: &self.bytes[record.key.clone()],
            value: record.value.clone().map(|range| &self.bytes[range]),
            timestamp: record.timestamp,
        })
    }
}

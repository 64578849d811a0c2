//! Records and where they stand: topics, partitions, offsets and positions.
//!
//! An [`Offset`] names a record that exists; a [`Position`] names the next record to read.
//! [`Offset::next`] is the only bridge between them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use vigie_types::EventTime;

/// The name of a topic.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(Arc<str>);

impl Topic {
    /// The topic with this name.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The compacted topic that keeps the state of `store` of `application`.
    pub fn changelog(application: &str, store: &str) -> Self {
        Self::new(&format!("{application}-{store}-changelog"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The number of a partition within its topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(u32);

impl Partition {
    /// The partition with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number, from 0.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// One partition of one topic.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic.
    pub topic: Topic,
    /// Its partition.
    pub partition: Partition,
}

impl TopicPartition {
    /// Partition `number` of `topic`.
    pub fn new(topic: &Topic, partition: Partition) -> Self {
        Self { topic: topic.clone(), partition }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.topic, self.partition)
    }
}

impl fmt::Debug for TopicPartition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The place of a record that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(u64);

impl Offset {
    /// The offset with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The position after this record.
    pub const fn next(self) -> Position {
        Position(self.0 + 1)
    }
}

/// The place of the next record to read, which may not exist yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// The start of a partition.
    pub const START: Self = Self(0);

    /// The position with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// One record as an engine fetched it.
#[derive(Clone, Copy, Debug)]
pub struct FetchedRecord<'a> {
    /// Where it stands.
    pub offset: Offset,
    /// Plain UTF-8 by convention.
    pub key: &'a [u8],
    /// None is a tombstone, on compacted topics only.
    pub value: Option<&'a [u8]>,
    /// The event time the producer gave it.
    pub timestamp: EventTime,
}

/// Consecutive records of one partition, their bytes in one piece.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where they come from.
    pub from: TopicPartition,
    bytes: Vec<u8>,
    entries: Vec<FetchedEntry>,
}

#[derive(Clone, Debug)]
struct FetchedEntry {
    offset: Offset,
    key: Range<usize>,
    value: Option<Range<usize>>,
    timestamp: EventTime,
}

impl Fetched {
    /// Nothing yet from this partition.
    pub fn new(from: TopicPartition) -> Self {
        Self { from, bytes: Vec::new(), entries: Vec::new() }
    }

    /// Appends a record; offsets must rise.
    pub fn push(&mut self, record: FetchedRecord<'_>) {
        let last = self.entries.last().map(|entry| entry.offset);
        assert!(last < Some(record.offset), "offsets rise within {}", self.from);
        let key = append(&mut self.bytes, record.key);
        let value = record.value.map(|value| append(&mut self.bytes, value));
        self.entries.push(FetchedEntry {
            offset: record.offset,
            key,
            value,
            timestamp: record.timestamp,
        });
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many bytes keys and values take.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The record at `index`, in offset order.
    pub fn get(&self, index: usize) -> Option<FetchedRecord<'_>> {
        self.entries.get(index).map(|entry| FetchedRecord {
            offset: entry.offset,
            key: &self.bytes[entry.key.clone()],
            value: entry.value.clone().map(|range| &self.bytes[range]),
            timestamp: entry.timestamp,
        })
    }

    /// The records in offset order.
    pub fn iter(&self) -> impl Iterator<Item = FetchedRecord<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// Appends `piece` and returns where it went.
pub(crate) fn append(bytes: &mut Vec<u8>, piece: &[u8]) -> Range<usize> {
    let start = bytes.len();
    bytes.extend_from_slice(piece);
    start..bytes.len()
}

/// One record to be written.
#[derive(Clone, Copy, Debug)]
pub struct ProducerRecord<'a> {
    /// The topic.
    pub topic: &'a Topic,
    /// The partition, already chosen: see [`crate::partition_of`].
    pub partition: Partition,
    /// Plain UTF-8 by convention.
    pub key: &'a [u8],
    /// None is a tombstone, on compacted topics only.
    pub value: Option<&'a [u8]>,
    /// The record's event time.
    pub timestamp: EventTime,
}

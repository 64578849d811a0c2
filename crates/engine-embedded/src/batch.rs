//! A batch: consecutive records of one partition that one commit wrote, in one value.
//!
//! Layout, little endian. Header of 40 bytes: checksum u64, base offset u64, wall time of the
//! commit in milliseconds i64, number of records u32, topic number u32, partition u32, payload
//! bytes u32. Payload, for each record: key bytes u32, value bytes u32 (`u32::MAX` is a tombstone),
//! event time in milliseconds i64, key, value.
//!
//! The checksum is xxh3 over the header, seeded with the xxh3 of the payload: the payload is hashed
//! where it was made, and only the header by the one thread that knows the offsets.

use vigie_runtime::{FetchedRecord, Offset, Position, ProducerRecord};
use vigie_types::{EventTime, WallTime};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

const HEADER_BYTES: usize = 40;
const RECORD_HEADER_BYTES: usize = 16;
const TOMBSTONE: u32 = u32::MAX;

/// Records on their way to the log, without offsets yet.
#[derive(Debug)]
pub(crate) struct BatchBuilder {
    bytes: Vec<u8>,
    count: u32,
}

impl BatchBuilder {
    /// No records yet, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut buffer = Vec::with_capacity(bytes.max(HEADER_BYTES));
        buffer.resize(HEADER_BYTES, 0);
        Self { bytes: buffer, count: 0 }
    }

    /// Appends a record, whose size the caller has checked.
    pub fn push(&mut self, record: &ProducerRecord<'_>) {
        let value_bytes = record.value.map_or(TOMBSTONE, |value| value.len() as u32);
        self.bytes.reserve(record_bytes(record));
        self.bytes.extend_from_slice(&(record.key.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(&value_bytes.to_le_bytes());
        self.bytes.extend_from_slice(&record.timestamp.as_millis().to_le_bytes());
        self.bytes.extend_from_slice(record.key);
        self.bytes.extend_from_slice(record.value.unwrap_or_default());
        self.count += 1;
    }

    /// How many bytes the batch takes.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Ends the batch and hashes its payload.
    pub fn seal(self) -> SealedBatch {
        let payload_hash = xxh3_64(&self.bytes[HEADER_BYTES..]);
        SealedBatch { bytes: self.bytes, count: self.count, payload_hash }
    }
}

/// How many bytes a record takes in a batch.
pub(crate) fn record_bytes(record: &ProducerRecord<'_>) -> usize {
    RECORD_HEADER_BYTES + record.key.len() + record.value.map_or(0, <[u8]>::len)
}

/// A batch that waits for its offsets.
#[derive(Debug)]
pub(crate) struct SealedBatch {
    bytes: Vec<u8>,
    count: u32,
    payload_hash: u64,
}

impl SealedBatch {
    /// How many bytes the batch takes.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Gives the batch its place: stored topic and partition, first offset, time of the commit.
    pub fn place(self, partition: (u32, u32), base: Offset, committed: WallTime) -> Batch {
        let Self { mut bytes, count, payload_hash } = self;
        let payload_bytes = (bytes.len() - HEADER_BYTES) as u32;
        bytes[8..16].copy_from_slice(&base.get().to_le_bytes());
        bytes[16..24].copy_from_slice(&committed.as_millis().to_le_bytes());
        bytes[24..28].copy_from_slice(&count.to_le_bytes());
        bytes[28..32].copy_from_slice(&partition.0.to_le_bytes());
        bytes[32..36].copy_from_slice(&partition.1.to_le_bytes());
        bytes[36..40].copy_from_slice(&payload_bytes.to_le_bytes());
        let checksum = xxh3_64_with_seed(&bytes[8..HEADER_BYTES], payload_hash);
        bytes[..8].copy_from_slice(&checksum.to_le_bytes());
        Batch { bytes }
    }
}

/// A whole batch in memory, as it is stored.
#[derive(Debug)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
}

impl Batch {
    /// The stored bytes.
    pub fn stored(&self) -> &[u8] {
        &self.bytes
    }

    /// What is in it; it was made in this process, so it is not checked again.
    pub fn view(&self) -> BatchView<'_> {
        BatchView::header(&self.bytes).expect("a batch made here has a header")
    }
}

/// What is in a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchView<'a> {
    pub base: Offset,
    pub count: u32,
    pub committed: WallTime,
    payload: &'a [u8],
}

impl<'a> BatchView<'a> {
    /// Reads the header only.
    pub fn header(bytes: &'a [u8]) -> Option<Self> {
        let header = bytes.first_chunk::<HEADER_BYTES>()?;
        Some(Self {
            base: Offset::new(u64_at(header, 8)),
            count: u32_at(header, 24),
            committed: WallTime::from_millis(u64_at(header, 16) as i64),
            payload: &bytes[HEADER_BYTES..],
        })
    }

    /// Reads a stored batch, or says in what it is not the batch that was written at this place.
    pub fn checked(
        bytes: &'a [u8],
        partition: (u32, u32),
        base: Offset,
    ) -> Result<Self, &'static str> {
        let view = Self::header(bytes).ok_or("it is shorter than its header")?;
        let checksum = xxh3_64_with_seed(&bytes[8..HEADER_BYTES], xxh3_64(view.payload));
        if checksum != u64_at(bytes, 0) {
            return Err("its checksum does not fit its bytes");
        }
        if (u32_at(bytes, 28), u32_at(bytes, 32)) != partition || view.base != base {
            return Err("it belongs to another place of the log");
        }
        Ok(view)
    }

    /// The position after its last record.
    pub fn end(&self) -> Position {
        Position::new(self.base.get() + u64::from(self.count))
    }

    /// How many bytes its records take.
    pub fn bytes(&self) -> usize {
        self.payload.len()
    }

    /// The records, in offset order.
    pub fn records(self) -> Records<'a> {
        Records { next: self.base.get(), rest: self.payload }
    }
}

/// The records of a batch.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    next: u64,
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = FetchedRecord<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (header, rest) = self.rest.split_first_chunk::<RECORD_HEADER_BYTES>()?;
        let value_bytes = u32_at(header, 4);
        let (key, rest) = rest.split_at(u32_at(header, 0) as usize);
        let (value, rest) = match value_bytes {
            TOMBSTONE => (None, rest),
            bytes => {
                let (value, rest) = rest.split_at(bytes as usize);
                (Some(value), rest)
            }
        };
        let offset = Offset::new(self.next);
        self.next += 1;
        self.rest = rest;
        let timestamp = EventTime::from_millis(u64_at(header, 8) as i64);
        Some(FetchedRecord { offset, key, value, timestamp })
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use vigie_runtime::{Partition, Topic};

    use super::*;

    fn batch() -> Batch {
        let topic = Topic::new("a");
        let mut builder = BatchBuilder::with_capacity(0);
        for (key, value) in [(&b"k"[..], Some(&b"value"[..])), (b"", Some(b"")), (b"gone", None)] {
            let timestamp = EventTime::from_millis(-7);
            let partition = Partition::new(1);
            builder.push(&ProducerRecord { topic: &topic, partition, key, value, timestamp });
        }
        builder.seal().place((3, 1), Offset::new(40), WallTime::from_millis(9))
    }

    #[test]
    fn a_batch_reads_as_it_was_written() {
        let batch = batch();
        let view = BatchView::checked(batch.stored(), (3, 1), Offset::new(40)).expect("sound");
        let records: Vec<_> =
            view.records().map(|record| (record.offset.get(), record.key, record.value)).collect();
        let expected =
            vec![(40, &b"k"[..], Some(&b"value"[..])), (41, b"", Some(b"")), (42, b"gone", None)];
        assert_eq!(records, expected);
        assert_eq!((view.end(), view.committed), (Position::new(43), WallTime::from_millis(9)));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let sound = batch();
        for at in 0..sound.stored().len() {
            let mut bytes = sound.stored().to_vec();
            bytes[at] ^= 1;
            assert!(BatchView::checked(&bytes, (3, 1), Offset::new(40)).is_err(), "byte {at}");
        }
        for length in 0..sound.stored().len() {
            let cut = &sound.stored()[..length];
            assert!(BatchView::checked(cut, (3, 1), Offset::new(40)).is_err(), "{length} bytes");
        }
        assert!(BatchView::checked(sound.stored(), (3, 0), Offset::new(40)).is_err());
        assert!(BatchView::checked(sound.stored(), (3, 1), Offset::new(41)).is_err());
    }
}

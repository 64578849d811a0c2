//! Writes the records of one partition in transactions.

use std::collections::BTreeMap;

use vigie_engine_kafka::KafkaProducer;
use vigie_runtime::{
    ProducerRecord, StagedRecords, TopicPartition, Transaction as _, TransactionalProducer as _,
};
use vigie_schema::WIRE_HEADER_BYTES;
use vigie_types::EventTime;

use super::CopyError;
use super::digest::Digest;

/// How much is read, and written in one transaction: a second's worth at disk speed.
pub(super) const PIECE_BYTES: usize = 8 << 20;

/// The records of one partition on their way.
pub(super) struct Transfer<'a> {
    partition: &'a TopicPartition,
    schema_ids: Option<&'a BTreeMap<u32, u32>>,
    staged: StagedRecords,
    value: Vec<u8>,
    pub(super) digest: Digest,
}

impl<'a> Transfer<'a> {
    /// Nothing yet.
    pub(super) fn new(
        partition: &'a TopicPartition,
        schema_ids: Option<&'a BTreeMap<u32, u32>>,
    ) -> Self {
        Self {
            partition,
            schema_ids,
            staged: StagedRecords::default(),
            value: Vec::new(),
            digest: Digest::default(),
        }
    }

    /// Takes a record, and writes what is staged once it is enough.
    pub(super) fn take(
        &mut self,
        producer: &mut KafkaProducer,
        key: &[u8],
        value: Option<&[u8]>,
        timestamp: EventTime,
    ) -> Result<(), CopyError> {
        self.value.clear();
        self.value.extend_from_slice(value.unwrap_or_default());
        self.rename_schema()?;
        let value = value.is_some().then_some(self.value.as_slice());
        self.digest.add(key, value);
        self.staged.push(ProducerRecord {
            topic: &self.partition.topic,
            partition: self.partition.partition,
            key,
            value,
            timestamp,
        });
        if self.staged.bytes() >= PIECE_BYTES { self.commit(producer) } else { Ok(()) }
    }

    /// Writes what is staged.
    pub(super) fn commit(&mut self, producer: &mut KafkaProducer) -> Result<(), CopyError> {
        if self.staged.is_empty() {
            return Ok(());
        }
        let failed = |error| CopyError::Commit { partition: self.partition.clone(), error };
        let mut transaction = producer.begin().map_err(failed)?;
        let mut index = 0;
        while let Some(record) = self.staged.get(index) {
            transaction.send(record).map_err(failed)?;
            index += 1;
        }
        transaction.commit().map_err(failed)?;
        self.staged.clear();
        Ok(())
    }

    /// Puts the cluster's schema id in the place of this machine's. Values of changelogs have none.
    fn rename_schema(&mut self) -> Result<(), CopyError> {
        let Some(ids) = self.schema_ids else { return Ok(()) };
        if self.partition.topic.as_str().ends_with("-changelog") {
            return Ok(());
        }
        let Some((header, _)) = self.value.split_first_chunk_mut::<WIRE_HEADER_BYTES>() else {
            return Ok(());
        };
        let id = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
        let Some(known) = ids.get(&id) else {
            return Err(CopyError::Schema { partition: self.partition.clone(), id });
        };
        header[1..].copy_from_slice(&known.to_be_bytes());
        Ok(())
    }
}

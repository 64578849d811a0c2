//! The producer: collects a transaction in memory and has the log's writer write it whole.
//!
//! Records are encoded and hashed on the producer's own thread; only their offsets are given by the
//! writer. A dropped transaction leaves nothing behind.

use std::sync::Arc;

use vigie_runtime::{
    CommitError, CommittedPosition, ProducerRecord, Transaction, TransactionalProducer,
};

use crate::batch::{BatchBuilder, SealedBatch, record_bytes};
use crate::catalog::Slot;
use crate::identity::Identity;
use crate::layout::Kind;
use crate::log::Log;
use crate::writer::{Work, ask};

/// The largest mention allowed is 1 MiB, and a state or a dead letter may hold a few; Kafka brokers
/// that are configured for large messages stop at the same order.
const MAX_RECORD_BYTES: usize = 16 << 20;
/// A transaction is held in memory three times while it is written: in its buffers, in the store's
/// pages and in the tail. 256 MiB stay below 1 GiB, and are eight seconds of a full load.
const MAX_TRANSACTION_BYTES: usize = 256 << 20;
/// A batch grows up to this, then the next one of the same commit begins. The store gives each
/// value pages of the next power of two: batches that just fit 64 KiB, with the page's own header
/// of under 100 bytes, wrote 1.1 times what a bare file of the same records did, one batch per
/// commit 1.4 times. Speed did not differ by more than the noise. A larger record makes a batch of
/// its own.
const BATCH_BYTES: usize = (64 << 10) - 136;

/// Writes transactions to a log, one at a time.
#[derive(Debug)]
pub struct EmbeddedProducer {
    log: Arc<Log>,
    identity: Option<Identity>,
    /// How large each partition's batch was last time.
    expected_bytes: Vec<usize>,
}

impl EmbeddedProducer {
    pub(crate) fn new(log: Arc<Log>, identity: Option<Identity>) -> Self {
        let slots = log.catalog().places().count();
        Self { log, identity, expected_bytes: vec![0; slots] }
    }
}

impl TransactionalProducer for EmbeddedProducer {
    type Transaction<'a> = EmbeddedTransaction<'a>;

    fn begin(&mut self) -> Result<EmbeddedTransaction<'_>, CommitError> {
        let fenced = |identity| self.log.identities().fences(identity);
        if self.identity.as_ref().is_some_and(fenced) {
            return Err(CommitError::Fenced);
        }
        let open = self.expected_bytes.iter().map(|_| None).collect();
        Ok(EmbeddedTransaction {
            producer: self,
            open,
            sealed: Vec::new(),
            positions: Vec::new(),
            bytes: 0,
            refused: None,
        })
    }
}

/// Records and positions that become visible together or never.
#[derive(Debug)]
pub struct EmbeddedTransaction<'a> {
    producer: &'a mut EmbeddedProducer,
    open: Vec<Option<BatchBuilder>>,
    sealed: Vec<(Slot, SealedBatch)>,
    positions: Vec<CommittedPosition>,
    bytes: usize,
    refused: Option<CommitError>,
}

impl Transaction for EmbeddedTransaction<'_> {
    fn send(&mut self, record: ProducerRecord<'_>) -> Result<(), CommitError> {
        let slot = self.check(&record).map_err(|reason| self.refuse(reason))?;
        let record_bytes = record_bytes(&record);
        self.bytes += record_bytes;
        let expected_bytes = self.producer.expected_bytes[slot.0];
        let open = &mut self.open[slot.0];
        if let Some(full) = open.take_if(|batch| batch.bytes() + record_bytes > BATCH_BYTES) {
            self.sealed.push((slot, full.seal()));
        }
        open.get_or_insert_with(|| BatchBuilder::with_capacity(expected_bytes)).push(&record);
        Ok(())
    }

    fn send_positions(&mut self, positions: &[CommittedPosition]) -> Result<(), CommitError> {
        if self.producer.identity.is_none() {
            let reason = "this producer belongs to no application: it cannot commit positions";
            return Err(self.refuse(reason.into()));
        }
        for committed in positions {
            let CommittedPosition { partition, .. } = committed;
            if self.producer.log.slot(partition).is_err() {
                let reason = format!("cannot commit a position of {partition}: no such partition");
                return Err(self.refuse(reason));
            }
        }
        self.positions.extend_from_slice(positions);
        Ok(())
    }

    fn commit(mut self) -> Result<(), CommitError> {
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        let mut batches = std::mem::take(&mut self.sealed);
        for (index, open) in self.open.iter_mut().enumerate() {
            if let Some(batch) = open.take() {
                self.producer.expected_bytes[index] = batch.bytes();
                batches.push((Slot(index), batch.seal()));
            }
        }
        if batches.is_empty() && self.positions.is_empty() {
            return Ok(());
        }
        let positions = std::mem::take(&mut self.positions);
        let identity = self.producer.identity.clone();
        let writer = self.producer.log.writer().map_err(CommitError::Fatal)?;
        ask(writer, Work::Commit { batches, positions, identity })
    }

    fn abort(self) -> Result<(), CommitError> {
        Ok(())
    }
}

impl EmbeddedTransaction<'_> {
    fn check(&self, record: &ProducerRecord<'_>) -> Result<Slot, String> {
        let ProducerRecord { topic, partition, .. } = record;
        let catalog = self.producer.log.catalog();
        let slot = catalog
            .slot(topic, *partition)
            .ok_or_else(|| format!("cannot write to {topic}/{partition}: no such partition"))?;
        if record.value.is_none() && catalog.place(slot).kind != Kind::Compacted {
            return Err(format!(
                "cannot write a tombstone to {topic}/{partition}: the topic is not compacted"
            ));
        }
        let bytes = record_bytes(record);
        if bytes > MAX_RECORD_BYTES {
            return Err(format!(
                "a record for {topic}/{partition} takes {bytes} bytes, the limit is \
                 {MAX_RECORD_BYTES}"
            ));
        }
        if self.bytes + bytes > MAX_TRANSACTION_BYTES {
            return Err(format!(
                "a transaction takes more than {MAX_TRANSACTION_BYTES} bytes: commit more often"
            ));
        }
        Ok(slot)
    }

    fn refuse(&mut self, reason: String) -> CommitError {
        let refused = CommitError::Fatal(reason);
        self.refused = Some(refused.clone());
        refused
    }
}

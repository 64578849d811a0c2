//! One partition of the simulated log: records, and the markers that end transactions, which take
//! offsets as a broker's do.

use vigie_runtime::{Offset, Partition, Position, ProducerRecord};
use vigie_types::EventTime;

use crate::transactions::{Fate, SimulatedState, TransactionId};

/// A record as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRecord {
    /// Where it stands.
    pub partition: Partition,
    /// Where it stands there.
    pub offset: Offset,
    /// Its key.
    pub key: Vec<u8>,
    /// Its value; none is a tombstone.
    pub value: Option<Vec<u8>>,
    /// The event time that the producer gave it.
    pub timestamp: EventTime,
}

#[derive(Debug)]
enum Entry {
    Record { record: LoggedRecord, transaction: Option<TransactionId> },
    Marker,
}

/// One partition.
#[derive(Debug)]
pub(crate) struct PartitionLog {
    number: Partition,
    entries: Vec<Entry>,
}

/// Whether a reader waits for transactions that are not over, as one of a live partition does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Nothing behind a pending transaction is seen.
    Stable,
    /// What is committed now is seen, wherever it stands.
    CommittedNow,
}

impl PartitionLog {
    pub(crate) fn new(number: Partition) -> Self {
        Self { number, entries: Vec::new() }
    }

    pub(crate) fn append(
        &mut self,
        record: ProducerRecord<'_>,
        transaction: Option<TransactionId>,
    ) -> Offset {
        let offset = Offset::new(self.entries.len() as u64);
        let record = LoggedRecord {
            partition: self.number,
            offset,
            key: record.key.to_vec(),
            value: record.value.map(<[u8]>::to_vec),
            timestamp: record.timestamp,
        };
        self.entries.push(Entry::Record { record, transaction });
        offset
    }

    pub(crate) fn mark(&mut self) {
        self.entries.push(Entry::Marker);
    }

    /// The visible records from `position` on.
    pub(crate) fn visible<'a>(
        &'a self,
        position: Position,
        patience: Patience,
        transactions: &'a [SimulatedState],
    ) -> impl Iterator<Item = &'a LoggedRecord> {
        let fate_of = |transaction: Option<TransactionId>| {
            transaction.map_or(Fate::Committed, |TransactionId(id)| transactions[id].fate)
        };
        let start = self.entries.len().min(position.get() as usize);
        self.entries[start..]
            .iter()
            .map(move |entry| match entry {
                Entry::Marker => (Fate::Aborted, None),
                Entry::Record { record, transaction } => (fate_of(*transaction), Some(record)),
            })
            .take_while(move |(fate, _)| {
                patience == Patience::CommittedNow || !matches!(fate, Fate::Pending { .. })
            })
            .filter(|(fate, _)| *fate == Fate::Committed)
            .filter_map(|(_, record)| record)
    }
}

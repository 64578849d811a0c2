//! What the tests share: a small layout, a clock they move, and short ways to write and read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vigie_engine_embedded::{Clock, Kind, Layout, Log, OpenError, Settings, TopicSpec};
use vigie_runtime::{
    CommitError, Partition, Position, ProducerRecord, Topic, TopicPartition, Transaction,
    TransactionalProducer,
};
use vigie_types::{EventTime, Millis, WallTime};

pub const RETENTION: Millis = Millis::hours(1);

/// A topic of each kind: `events` retained, `rules` for ever, `state` compacted.
pub fn layout() -> Layout {
    let spec =
        |name: &str, partitions, kind| TopicSpec { topic: Topic::new(name), partitions, kind };
    Layout::new(vec![
        spec("events", 2, Kind::Retained { retention: RETENTION }),
        spec("rules", 1, Kind::Forever),
        spec("state", 2, Kind::Compacted),
    ])
    .expect("a sound layout")
}

pub fn at(topic: &str, partition: u32) -> TopicPartition {
    TopicPartition::new(&Topic::new(topic), Partition::new(partition))
}

/// A clock that stands still until it is moved.
#[derive(Clone, Default)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn advance(&self, span: Millis) {
        self.0.fetch_add(span.get(), Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let millis = Arc::clone(&self.0);
        Clock::new(move || WallTime::from_millis(millis.load(Ordering::SeqCst)))
    }
}

/// How often a directory is tried that this process has let go, and how long is waited in between.
const ATTEMPTS: u32 = 200;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(10);

/// Opens a directory that nobody holds. A child that another test starts holds every open file of
/// this process for a moment, until it is another program, and with them a lock that was let go.
pub fn once_free<T>(open: impl Fn() -> Result<T, OpenError>) -> T {
    for _ in 1..ATTEMPTS {
        match open() {
            // The channel's only message is that the time has passed.
            Err(OpenError::Held { .. }) => drop(crossbeam_channel::after(BETWEEN_ATTEMPTS).recv()),
            opened => return opened.expect("the log opens"),
        }
    }
    open().expect("the log opens")
}

pub fn open(directory: &Path) -> Arc<Log> {
    once_free(|| Log::open(directory, &layout(), Settings::default()))
}

/// Opens the log to read it only.
pub fn open_to_read(directory: &Path) -> Arc<Log> {
    once_free(|| Log::open_read_only(directory))
}

pub type Write<'a> = (&'a TopicPartition, &'a [u8], Option<&'a [u8]>);

pub fn send(transaction: &mut impl Transaction, write: Write<'_>) -> Result<(), CommitError> {
    let (TopicPartition { topic, partition }, key, value) = write;
    let timestamp = EventTime::from_millis(7);
    transaction.send(ProducerRecord { topic, partition: *partition, key, value, timestamp })
}

pub fn commit(
    producer: &mut impl TransactionalProducer,
    writes: &[Write<'_>],
) -> Result<(), CommitError> {
    let mut transaction = producer.begin()?;
    for write in writes {
        send(&mut transaction, *write)?;
    }
    transaction.commit()
}

/// Offset, key and value.
pub type Written = (u64, Vec<u8>, Option<Vec<u8>>);

/// Every record the log still holds of a partition, as offset, key and value.
pub fn records(log: &Log, partition: &TopicPartition) -> Vec<Written> {
    let mut next = log.start(partition).expect("known");
    let mut found = Vec::new();
    while next < log.end(partition).expect("known") {
        let fetched = log.read(partition, next, 300).expect("the log reads");
        for record in fetched.iter() {
            let value = record.value.map(<[u8]>::to_vec);
            found.push((record.offset.get(), record.key.to_vec(), value));
            next = record.offset.next();
        }
    }
    assert_eq!(log.read(partition, next, 1).expect("the end reads").len(), 0);
    found
}

pub fn compacted(log: &Log, partition: &TopicPartition) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut entries = Vec::new();
    log.compacted(partition, &mut |key, value| entries.push((key.to_vec(), value.to_vec())))
        .expect("the compacted view reads");
    let map: BTreeMap<_, _> = entries.iter().cloned().collect();
    assert!(map.into_iter().eq(entries.iter().cloned()), "in key order, each key once");
    entries.into_iter().collect()
}

pub fn position(number: u64) -> Position {
    Position::new(number)
}

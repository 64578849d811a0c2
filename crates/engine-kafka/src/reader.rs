//! Reading a cluster's topics as committed, without being a member of anything.
//!
//! Each read is of one partition from a position on. A cursor that has just read up to that
//! position goes on with what it has fetched; so a scan costs one fetch, not one a piece.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use vigie_runtime::{
    CommittedPosition, Fetched, FetchedRecord, LogReader, Offset, Position, ReadError, Topic,
    TopicOutline, TopicPartition, VisitEntry, partition_of,
};
use vigie_types::EventTime;

use crate::client::{
    ClusterError, Deadline, FULL_QUEUE_MILLIS, LONGEST_SLEEP, Plain, REQUEST, is_final, is_refusal,
    until,
};
use crate::connection::ConnectionSettings;
use crate::cursor::Cursor;
use crate::names::TopicNames;
use crate::offsets::{committed_in, list_of, positions_of};

/// How many scans go on at once: each holds a connection and what it has fetched ahead.
const MAXIMUM_CURSORS: usize = 8;

/// How much is read at a time where a whole partition is wanted.
const PIECE_BYTES: usize = 4 << 20;

/// How many positions before the end a key is looked for first, and four times as many before those
/// each time that it is not there: a task's progress is in every commit, which is shorter.
const NEWEST_SPAN: u64 = 4_096;

/// How many events are looked through for a broker's refusal: several for each of some brokers.
const MAXIMUM_TOLD: usize = 100;

/// How long a read waits for a broker that does not answer.
const LONGEST_READ: Duration = Duration::from_secs(30);

/// A cluster's topics as readers see them.
pub struct KafkaLog {
    pub(crate) connection: ConnectionSettings,
    pub(crate) names: TopicNames,
    /// Names the reads, and prefixes the groups that brokers grant rights to.
    reader_name: String,
    outlines: Vec<TopicOutline>,
    cursors: Mutex<Vec<Cursor>>,
    /// Asks for positions of groups as they are committed, whatever is pending.
    groups: Mutex<BTreeMap<String, BaseConsumer<Plain>>>,
    pub(crate) probe: BaseConsumer<Plain>,
    /// Sees where open transactions end.
    pub(crate) uncommitted: BaseConsumer<Plain>,
}

impl KafkaLog {
    /// A reader of these topics. `reader_name` is what the cluster is told we are.
    ///
    /// # Errors
    /// When no client can be made with these settings.
    pub fn open(
        connection: ConnectionSettings,
        names: TopicNames,
        reader_name: &str,
        outlines: Vec<TopicOutline>,
    ) -> Result<Self, ClusterError> {
        let probe = consumer(&connection, reader_name, "read_committed")?;
        let uncommitted = consumer(&connection, reader_name, "read_uncommitted")?;
        Ok(Self {
            connection,
            names,
            reader_name: reader_name.into(),
            outlines,
            cursors: Mutex::default(),
            groups: Mutex::default(),
            probe,
            uncommitted,
        })
    }

    /// What topics and applications are called.
    pub const fn names(&self) -> &TopicNames {
        &self.names
    }

    /// The failure of a first request, with what brokers have told the client meanwhile: that a
    /// password is wrong shows there, and the request itself only times out.
    fn explained(&self, attempt: &str, error: &KafkaError) -> ClusterError {
        for _ in 0..MAXIMUM_TOLD {
            match self.probe.poll(Duration::ZERO) {
                Some(Err(told)) if told.rdkafka_error_code().is_some_and(is_refusal) => {
                    return ClusterError::new(attempt, &told);
                }
                Some(_) => {}
                None => break,
            }
        }
        ClusterError::new(attempt, error)
    }

    fn outline(&self, topic: &Topic) -> Option<&TopicOutline> {
        self.outlines.iter().find(|outline| outline.topic == *topic)
    }

    fn check_known(&self, partition: &TopicPartition) -> Result<(), ReadError> {
        let outline = self.outline(&partition.topic);
        match outline.filter(|outline| partition.partition.get() < outline.partitions) {
            Some(_) => Ok(()),
            None => Err(ReadError::UnknownPartition(partition.clone())),
        }
    }

    /// Start and last stable offset.
    pub(crate) fn bounds(
        &self,
        partition: &TopicPartition,
    ) -> Result<(Position, Position), ReadError> {
        self.bounds_as(&self.probe, partition)
    }

    pub(crate) fn bounds_as(
        &self,
        asking: &BaseConsumer<Plain>,
        partition: &TopicPartition,
    ) -> Result<(Position, Position), ReadError> {
        self.check_known(partition)?;
        let at = self.names.partition_on_cluster(partition);
        let number = at.partition.get() as i32;
        // While a partition changes its leader it is refused at once, and soon answered.
        let (low, high) =
            until(Deadline::after(LONGEST_READ), &format!("ask for the ends of {at}"), || {
                asking.fetch_watermarks(at.topic.as_str(), number, REQUEST)
            })?;
        Ok((Position::new(low.max(0) as u64), Position::new(high.max(0) as u64)))
    }

    /// A cursor that stands at that position: one that has read up to it, or another sent there.
    fn cursor(&self, partition: &TopicPartition, from: Position) -> Result<Cursor, ReadError> {
        let mut cursors = self.cursors.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = |cursor: &Cursor| cursor.partition == *partition && cursor.next == from;
        if let Some(index) = cursors.iter().position(stands) {
            return Ok(cursors.remove(index));
        }
        // A client that knows the topic's leaders begins at once, another after up to a second.
        let knows = |cursor: &Cursor| cursor.partition.topic == partition.topic;
        let is_full = cursors.len() >= MAXIMUM_CURSORS;
        let reused = cursors.iter().position(knows).or(is_full.then_some(0));
        let reused = reused.map(|index| cursors.remove(index));
        drop(cursors);
        let consumer = match reused {
            Some(cursor) => cursor.consumer,
            None => consumer(&self.connection, &self.reader_name, "read_committed")?,
        };
        self.assign(&consumer, partition, from)?;
        Ok(Cursor { consumer, partition: partition.clone(), next: from, met: None })
    }

    fn assign(
        &self,
        consumer: &BaseConsumer<Plain>,
        partition: &TopicPartition,
        from: Position,
    ) -> Result<(), ReadError> {
        let assigned = consumer.assign(&positions_of([(partition, from)], &self.names));
        Ok(assigned.map_err(|error| ClusterError::new(format!("read {partition}"), &error))?)
    }

    fn give_back(&self, cursor: Cursor) {
        let mut cursors = self.cursors.lock().unwrap_or_else(PoisonError::into_inner);
        if cursors.len() < MAXIMUM_CURSORS {
            cursors.push(cursor);
        }
    }

    /// Reads up to so many bytes, or to the end that the partition has now.
    fn fetch(&self, cursor: &mut Cursor, max_bytes: usize) -> Result<Fetched, ReadError> {
        let mut fetched = Fetched::new(cursor.partition.clone());
        if let Some(met) = cursor.met {
            if self.bounds(&cursor.partition)?.1 <= met {
                return Ok(fetched);
            }
            self.assign(&cursor.consumer, &cursor.partition, cursor.next)?;
            cursor.met = None;
        }
        let deadline = Deadline::after(LONGEST_READ);
        while fetched.bytes() < max_bytes {
            match cursor.consumer.poll(deadline.left().min(LONGEST_SLEEP)) {
                Some(Ok(message)) => {
                    let timestamp = message.timestamp().to_millis().unwrap_or_default();
                    let offset = Offset::new(message.offset() as u64);
                    fetched.push(FetchedRecord {
                        offset,
                        key: message.key().unwrap_or_default(),
                        value: message.payload(),
                        timestamp: EventTime::from_millis(timestamp),
                    });
                    cursor.next = offset.next();
                }
                Some(Err(KafkaError::PartitionEOF(_))) => {
                    cursor.meet_end()?;
                    return Ok(fetched);
                }
                Some(Err(error)) if is_out_of_range(&error) => {
                    let (start, end) = self.bounds(&cursor.partition)?;
                    let (partition, wanted) = (cursor.partition.clone(), cursor.next);
                    return Err(if wanted < start {
                        ReadError::BelowStart { partition, wanted, start }
                    } else {
                        ReadError::BeyondEnd { partition, wanted, end }
                    });
                }
                Some(Err(error)) if is_final(&error) => {
                    let attempt = format!("read {}", cursor.partition);
                    return Err(ClusterError::new(attempt, &error).into());
                }
                Some(Err(error)) => tracing::info!(%error, "a read goes on after an error"),
                None => {}
            }
            if deadline.is_over() {
                let (partition, seconds) = (&cursor.partition, LONGEST_READ.as_secs());
                let reason =
                    format!("{partition} gave neither a record nor its end in {seconds} s");
                return Err(ReadError::Failed(reason));
            }
        }
        Ok(fetched)
    }

    /// Shows every record of a partition between two positions.
    fn scan(
        &self,
        partition: &TopicPartition,
        (mut position, end): (Position, Position),
        visit: &mut dyn FnMut(FetchedRecord<'_>),
    ) -> Result<(), ReadError> {
        while position < end {
            let fetched = self.read(partition, position, PIECE_BYTES)?;
            let Some(last) = fetched.len().checked_sub(1).and_then(|last| fetched.get(last)) else {
                return Ok(());
            };
            position = last.offset.next();
            let before = |record: &FetchedRecord<'_>| record.offset.get() < end.get();
            fetched.iter().take_while(before).for_each(&mut *visit);
        }
        Ok(())
    }

    fn check_compacted(&self, partition: &TopicPartition) -> Result<(), ReadError> {
        self.check_known(partition)?;
        match self.outline(&partition.topic).map(|outline| outline.kept) {
            Some(vigie_runtime::Kept::NewestOfKey) => Ok(()),
            _ => Err(ReadError::NotCompacted(partition.clone())),
        }
    }
}

impl LogReader for KafkaLog {
    fn topics(&self) -> Result<Vec<TopicOutline>, ReadError> {
        let metadata = self
            .probe
            .fetch_metadata(None, REQUEST)
            .map_err(|error| self.explained("list the topics", &error))?;
        let mut topics = Vec::new();
        for outline in &self.outlines {
            let name = self.names.on_cluster(&outline.topic);
            let found = metadata.topics().iter().find(|topic| topic.name() == name.as_str());
            if let Some(found) = found {
                let partitions = found.partitions().len() as u32;
                topics.push(TopicOutline { partitions, ..outline.clone() });
            }
        }
        Ok(topics)
    }

    fn start(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        Ok(self.bounds(partition)?.0)
    }

    fn end(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        Ok(self.bounds(partition)?.1)
    }

    fn read(
        &self,
        partition: &TopicPartition,
        from: Position,
        max_bytes: usize,
    ) -> Result<Fetched, ReadError> {
        self.check_known(partition)?;
        let mut cursor = self.cursor(partition, from)?;
        let fetched = self.fetch(&mut cursor, max_bytes)?;
        self.give_back(cursor);
        Ok(fetched)
    }

    fn compacted(
        &self,
        partition: &TopicPartition,
        entry: VisitEntry<'_>,
    ) -> Result<(), ReadError> {
        self.check_compacted(partition)?;
        let mut newest: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        self.scan(partition, self.bounds(partition)?, &mut |record| {
            match record.value {
                Some(value) => newest.insert(record.key.to_vec(), value.to_vec()),
                None => newest.remove(record.key),
            };
        })?;
        for (key, value) in &newest {
            entry(key, value);
        }
        Ok(())
    }

    fn newest(&self, topic: &Topic, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let partitions = self.outline(topic).map_or(1, |outline| outline.partitions);
        let partition = TopicPartition::new(topic, partition_of(key, partitions));
        self.newest_in(&partition, key)
    }

    fn positions(&self, application: &str) -> Result<Vec<CommittedPosition>, ReadError> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if !groups.contains_key(application) {
            let group = self.names.group_of(application);
            let asking = consumer(&self.connection, &group, "read_uncommitted")?;
            groups.insert(application.into(), asking);
        }
        let asking = &groups[application];
        let partitions: Vec<TopicPartition> =
            self.outlines.iter().flat_map(TopicOutline::partitions).collect();
        let list = asking.committed_offsets(list_of(&partitions, &self.names), REQUEST).map_err(
            |error| ClusterError::new(format!("read the positions of {application}"), &error),
        )?;
        let mut positions = Vec::new();
        for partition in &partitions {
            let found = committed_in(&list, partition, &self.names);
            positions.extend(found.map_err(ReadError::Failed)?);
        }
        Ok(positions)
    }

    fn is_dense(&self) -> bool {
        false
    }

    fn remaining(&self, partition: &TopicPartition, from: Position) -> Result<u64, ReadError> {
        let (_, stable) = self.bounds(partition)?;
        let (_, end) = self.bounds_as(&self.uncommitted, partition)?;
        let distance = end.get().saturating_sub(from.get());
        if stable < end {
            return Ok(distance.max(1));
        }
        if distance == 0 {
            return Ok(0);
        }
        let from = from.max(self.start(partition)?);
        Ok(if self.read(partition, from, 1)?.is_empty() { 0 } else { distance })
    }

    fn newest_in(
        &self,
        partition: &TopicPartition,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, ReadError> {
        self.check_compacted(partition)?;
        let (start, mut end) = self.bounds(partition)?;
        let mut span = NEWEST_SPAN;
        while start < end {
            let from = Position::new(end.get().saturating_sub(span)).max(start);
            let mut newest = None;
            self.scan(partition, (from, end), &mut |record| {
                if record.key == key {
                    newest = Some(record.value.map(<[u8]>::to_vec));
                }
            })?;
            if let Some(newest) = newest {
                return Ok(newest);
            }
            end = from;
            span *= 4;
        }
        Ok(None)
    }

    fn size_bytes(&self) -> Option<u64> {
        None
    }
}

/// A consumer that is assigned by hand; its group is a name for rights, nothing is committed.
pub(crate) fn consumer(
    connection: &ConnectionSettings,
    group: &str,
    isolation: &str,
) -> Result<BaseConsumer<Plain>, ClusterError> {
    let mut config = connection.client_config();
    config
        .set("client.id", format!("{group}-reader"))
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "error")
        .set("isolation.level", isolation)
        // Whoever reads to an end waits for the broker to say so.
        .set("fetch.wait.max.ms", "10")
        .set("fetch.queue.backoff.ms", FULL_QUEUE_MILLIS)
        .set("queued.max.messages.kbytes", "16384");
    config
        .create_with_context(Plain)
        .map_err(|error| ClusterError::new("make a consumer that reads", &error))
}

fn is_out_of_range(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(RDKafkaErrorCode::OffsetOutOfRange | RDKafkaErrorCode::AutoOffsetReset)
    )
}

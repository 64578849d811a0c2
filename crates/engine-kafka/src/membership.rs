//! The group member of one stream thread: what it owns, and what comes from there.
//!
//! Callbacks only note what happened. An assignment is taken at the committed positions, paused
//! until its state is restored; what is taken away is released at once, and what was processed of
//! it since the last commit is processed again by whoever gets it. The rebalance states:
//!
//! ```text
//!             ┌── Assigned: assigned at the committed position, paused ── restored, seek ──┐
//!   not ours ─┤                                                                            ├─ ours
//!             └── Lost: told and released at once; rolled back ◄───────────────────────────┤
//!                 Kept: told that a new generation has begun; nobody else has committed  ◄─┘
//! ```
//!
//! **Commits are made as the member that was told, never as the one of the moment.** A process that
//! stood still for longer than its session is no member any more, and others have taken over. When
//! that befalls librdkafka (2.12) in the middle of a rebalance, it joins again as a new member and
//! tells nobody that what it holds was lost; a commit with the group metadata of that moment is
//! taken by the broker, although the state behind it is old. So the metadata is noted whenever a
//! rebalance is told, before it is answered: until then no newer generation can begin. The broker
//! refuses a member that was expelled since. What is kept over a rebalance is held against the
//! committed position, and nothing is committed of what is taken away: whoever has it now may have
//! begun from the position before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, ConsumerGroupMetadata};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::topic_partition_list::{TopicPartitionList, TopicPartitionListElem};
use rdkafka::types::RDKafkaRespErr;
use vigie_runtime::{
    CommittedPosition, EngineError, EngineEvent, Fetched, FetchedRecord, Offset, Partition,
    Position, Topic, TopicPartition,
};
use vigie_types::EventTime;

use crate::classes::{Consumption, consumption_of};
use crate::client::{
    ClusterError, Deadline, FULL_QUEUE_MILLIS, REQUEST, log_error, log_line, patiently, reason_of,
};
use crate::names::TopicNames;
use crate::offsets::{committed_in, list_of, positions_of};
use crate::settings::EngineSettings;

/// The consumer of a member.
pub(crate) type GroupConsumer = BaseConsumer<Rebalances>;

/// What a rebalance told.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Assigned(Vec<(String, i32)>),
    Revoked(Vec<(String, i32)>),
    Lost(Vec<(String, i32)>),
}

/// Notes what rebalances tell.
#[derive(Default)]
pub(crate) struct Rebalances {
    told: Mutex<Vec<Told>>,
    /// As whom commits are made: the member as of what was told last; none between a loss and the
    /// next assignment.
    member: Mutex<Option<ConsumerGroupMetadata>>,
    /// Nobody polls any more: what is asked back is given at once.
    is_closing: AtomicBool,
}

impl Rebalances {
    fn lock(&self) -> MutexGuard<'_, Vec<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As whom commits are made.
    pub(crate) fn member(&self) -> MutexGuard<'_, Option<ConsumerGroupMetadata>> {
        self.member.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Rebalances {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        log_error(&error, reason);
    }
}

impl ConsumerContext for Rebalances {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        code: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let partitions: Vec<(String, i32)> =
            list.elements().iter().map(|at| (at.topic().to_owned(), at.partition())).collect();
        let told = if code == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            Told::Assigned(partitions)
        } else if consumer.assignment_lost() {
            Told::Lost(partitions)
        } else {
            Told::Revoked(partitions)
        };
        if self.is_closing.load(Ordering::Acquire) {
            // The last revocation of a consumer that is dropped; a failure ends with it.
            let _ = match told {
                Told::Assigned(_) => consumer.incremental_assign(list),
                Told::Revoked(_) | Told::Lost(_) => consumer.incremental_unassign(list),
            };
            return;
        }
        self.lock().push(told);
    }
}

/// The member of one stream thread.
pub(crate) struct Membership {
    consumer: Arc<GroupConsumer>,
    names: TopicNames,
    /// By the cluster's name, what we call the inputs.
    inputs: BTreeMap<String, Topic>,
    /// What the consumer delivers next from each partition that it has.
    next: BTreeMap<TopicPartition, Position>,
    paused: BTreeSet<TopicPartition>,
    /// Where to seek as soon as the client takes it: in the middle of a rebalance it does not.
    /// Nothing is delivered from there before.
    wanted: BTreeMap<TopicPartition, (Position, Deadline)>,
    fetched: BTreeMap<TopicPartition, Fetched>,
    fetch_bytes: usize,
    leave_on_drop: bool,
}

impl Membership {
    /// Joins the group.
    pub(crate) fn join(settings: &EngineSettings) -> Result<Self, EngineError> {
        let names = settings.names.clone();
        let mut inputs = BTreeMap::new();
        for input in &settings.inputs {
            inputs.insert(names.on_cluster(input).to_string(), input.clone());
        }
        let consumer: GroupConsumer = configured(settings)
            .create_with_context(Rebalances::default())
            .map_err(|error| ClusterError::new("make a consumer", &error))?;
        let topics: Vec<&str> = inputs.keys().map(String::as_str).collect();
        consumer
            .subscribe(&topics)
            .map_err(|error| ClusterError::new(format!("subscribe to {topics:?}"), &error))?;
        Ok(Self {
            consumer: Arc::new(consumer),
            names,
            inputs,
            next: BTreeMap::new(),
            paused: BTreeSet::new(),
            wanted: BTreeMap::new(),
            fetched: BTreeMap::new(),
            fetch_bytes: settings.fetch_bytes,
            leave_on_drop: settings.leave_on_drop,
        })
    }

    /// The consumer, whose group metadata goes with each transaction.
    pub(crate) const fn consumer(&self) -> &Arc<GroupConsumer> {
        &self.consumer
    }

    /// Waits at most `wait` for something, and appends records before what rebalances tell.
    pub(crate) fn poll(
        &mut self,
        wait: Duration,
        events: &mut Vec<EngineEvent>,
    ) -> Result<(), EngineError> {
        self.seek_wanted()?;
        let patience = if self.wanted.is_empty() { wait } else { wait.min(BETWEEN_SEEKS) };
        self.fetch(patience)?;
        for fetched in std::mem::take(&mut self.fetched).into_values() {
            events.push(EngineEvent::Records(fetched));
        }
        let told = std::mem::take(&mut *self.consumer.context().lock());
        for told in told {
            self.note_member(&told);
            match told {
                Told::Assigned(list) => {
                    events.extend(self.kept());
                    let partitions = self.ours(&list);
                    self.assign(&partitions)?;
                    events.push(EngineEvent::Assigned(partitions));
                }
                Told::Revoked(list) | Told::Lost(list) => {
                    let partitions = self.ours(&list);
                    self.release(&partitions)?;
                    events.push(EngineEvent::Lost(partitions));
                    events.extend(self.kept());
                }
            }
        }
        Ok(())
    }

    /// Notes as whom commits are made from now on. Called before what was told is answered.
    fn note_member(&self, told: &Told) {
        let member = match told {
            Told::Assigned(_) | Told::Revoked(_) => self.consumer.group_metadata(),
            Told::Lost(_) => None,
        };
        *self.consumer.context().member() = member.filter(|_| !self.consumer.assignment_lost());
    }

    /// What stays ours as of what was told last.
    fn kept(&self) -> Option<EngineEvent> {
        let kept: Vec<TopicPartition> = self.next.keys().cloned().collect();
        (!kept.is_empty()).then_some(EngineEvent::Kept(kept))
    }

    /// Keeps the membership alive while no partition is to deliver; what comes is kept.
    pub(crate) fn serve(&mut self) -> Result<(), EngineError> {
        self.fetch(Duration::ZERO)
    }

    /// Stops every delivery for a restore; returns what was delivering.
    pub(crate) fn hold(&mut self) -> Vec<TopicPartition> {
        let delivering: Vec<TopicPartition> = self
            .next
            .keys()
            .filter(|partition| !self.paused.contains(*partition))
            .cloned()
            .collect();
        for partition in &delivering {
            self.pause(partition);
        }
        delivering
    }

    /// Takes messages until there is enough, nothing is left, or a rebalance told something.
    fn fetch(&mut self, wait: Duration) -> Result<(), EngineError> {
        let consumer = Arc::clone(&self.consumer);
        let mut bytes: usize = self.fetched.values().map(Fetched::bytes).sum();
        let mut patience = wait;
        while bytes < self.fetch_bytes {
            match consumer.poll(patience) {
                Some(Ok(message)) => bytes += self.take(&message),
                Some(Err(error)) => self.heed(&error)?,
                None => return Ok(()),
            }
            if !consumer.context().lock().is_empty() {
                return Ok(());
            }
            patience = Duration::ZERO;
        }
        Ok(())
    }

    fn take(&mut self, message: &BorrowedMessage<'_>) -> usize {
        let Some(topic) = self.inputs.get(message.topic()) else { return 0 };
        let from = TopicPartition::new(topic, Partition::new(message.partition() as u32));
        let offset = Offset::new(message.offset() as u64);
        if self.wanted.contains_key(&from) {
            // It is from before the seek, and will be delivered in its turn.
            return 0;
        }
        let Some(next) = self.next.get_mut(&from) else { return 0 };
        *next = offset.next();
        let key = message.key().unwrap_or_default();
        let value = message.payload();
        let timestamp = message.timestamp().to_millis().unwrap_or_default();
        let record =
            FetchedRecord { offset, key, value, timestamp: EventTime::from_millis(timestamp) };
        self.fetched.entry(from.clone()).or_insert_with(|| Fetched::new(from)).push(record);
        key.len() + value.map_or(0, <[u8]>::len)
    }

    fn heed(&self, error: &KafkaError) -> Result<(), EngineError> {
        match consumption_of(error) {
            Consumption::Passing => Ok(()),
            Consumption::Fenced => Err(EngineError::Fenced),
            Consumption::Fatal => Err(EngineError::Fatal(reason_of(error))),
            Consumption::OutOfRange => {
                for (partition, wanted) in &self.next {
                    self.check_held(partition, *wanted)?;
                }
                Err(EngineError::Fatal(reason_of(error)))
            }
        }
    }

    /// Takes partitions at their committed positions, paused until their state is restored.
    fn assign(&mut self, partitions: &[TopicPartition]) -> Result<(), EngineError> {
        let committed = self.committed(partitions)?;
        let mut positions = Vec::new();
        for partition in partitions {
            let position = match committed.get(partition) {
                Some(committed) => {
                    self.check_held(partition, committed.position)?;
                    committed.position
                }
                None => self.log_start(partition)?,
            };
            positions.push((partition, position));
        }
        let list = positions_of(positions.iter().copied(), &self.names);
        self.consumer
            .incremental_assign(&list)
            .map_err(|error| ClusterError::new(format!("take {partitions:?}"), &error))?;
        for (partition, position) in positions {
            self.next.insert(partition.clone(), position);
        }
        for partition in partitions {
            self.pause(partition);
        }
        Ok(())
    }

    /// Gives up what was taken away.
    fn release(&mut self, partitions: &[TopicPartition]) -> Result<(), EngineError> {
        for partition in partitions {
            self.next.remove(partition);
            self.paused.remove(partition);
            self.wanted.remove(partition);
            self.fetched.remove(partition);
        }
        self.consumer
            .incremental_unassign(&list_of(partitions, &self.names))
            .map_err(|error| ClusterError::new(format!("give up {partitions:?}"), &error))?;
        Ok(())
    }

    /// The committed positions, once no transaction that carries one of them is pending.
    pub(crate) fn committed(
        &self,
        partitions: &[TopicPartition],
    ) -> Result<BTreeMap<TopicPartition, CommittedPosition>, EngineError> {
        // The broker holds the answer back while a position is pending: a shorter wait for one
        // request leaves room to ask again.
        let list = patiently(&format!("read the committed positions of {partitions:?}"), || {
            self.consumer.committed_offsets(list_of(partitions, &self.names), REQUEST)
        })?;
        let mut found = BTreeMap::new();
        for partition in partitions {
            let committed = committed_in(&list, partition, &self.names)
                .map_err(|reason| EngineError::Fatal(format!("{partition}: {reason}")))?;
            if let Some(committed) = committed {
                found.insert(partition.clone(), committed);
            }
        }
        Ok(found)
    }

    /// Makes `position` the next to be delivered, and resumes.
    pub(crate) fn seek(
        &mut self,
        partition: &TopicPartition,
        position: Position,
    ) -> Result<(), EngineError> {
        let Some(next) = self.next.get(partition).copied() else { return Ok(()) };
        // Before the first commit a task begins at the log's start, whichever that is.
        let position =
            if position == Position::START { self.log_start(partition)? } else { position };
        if next != position || self.wanted.contains_key(partition) {
            self.check_held(partition, position)?;
            self.fetched.remove(partition);
            let deadline = Deadline::after(LONGEST_SEEK);
            self.wanted.insert(partition.clone(), (position, deadline));
            self.seek_wanted()?;
        }
        self.resume(partition);
        Ok(())
    }

    /// Seeks where it is wanted; what the client does not take yet stays wanted.
    fn seek_wanted(&mut self) -> Result<(), EngineError> {
        for (partition, (position, deadline)) in std::mem::take(&mut self.wanted) {
            match self.seek_once(&partition, position) {
                Ok(()) => {
                    self.next.insert(partition, position);
                }
                Err(error) if deadline.is_over() => {
                    let attempt = format!("seek {} in {partition}", position.get());
                    return Err(ClusterError::new(attempt, &error).into());
                }
                Err(_) => {
                    self.wanted.insert(partition, (position, deadline));
                }
            }
        }
        Ok(())
    }

    fn seek_once(&self, partition: &TopicPartition, position: Position) -> Result<(), KafkaError> {
        let list = positions_of([(partition, position)], &self.names);
        let sought = self.consumer.seek_partitions(list, REQUEST)?;
        sought.elements().iter().try_for_each(TopicPartitionListElem::error)
    }

    /// Stops delivery.
    pub(crate) fn pause(&mut self, partition: &TopicPartition) {
        if self.next.contains_key(partition) && self.paused.insert(partition.clone()) {
            // A partition that is gone by now delivers nothing either.
            let _ = self.consumer.pause(&list_of([partition], &self.names));
        }
    }

    /// Goes on with delivery.
    pub(crate) fn resume(&mut self, partition: &TopicPartition) {
        if self.paused.remove(partition) {
            // As above.
            let _ = self.consumer.resume(&list_of([partition], &self.names));
        }
    }

    fn log_start(&self, partition: &TopicPartition) -> Result<Position, EngineError> {
        let at = self.names.partition_on_cluster(partition);
        let (low, _) = patiently(&format!("ask for the start of {at}"), || {
            let number = at.partition.get() as i32;
            self.consumer.fetch_watermarks(at.topic.as_str(), number, REQUEST)
        })?;
        Ok(Position::new(low.max(0) as u64))
    }

    /// Refuses a position that the log no longer holds: a silent reset would lose records.
    fn check_held(&self, partition: &TopicPartition, wanted: Position) -> Result<(), EngineError> {
        let start = self.log_start(partition)?;
        if wanted >= start {
            return Ok(());
        }
        Err(EngineError::BelowLogStart { partition: partition.clone(), wanted, start })
    }

    fn ours(&self, list: &[(String, i32)]) -> Vec<TopicPartition> {
        let ours = |(name, number): &(String, i32)| {
            let topic = self.inputs.get(name)?;
            Some(TopicPartition::new(topic, Partition::new(*number as u32)))
        };
        list.iter().filter_map(ours).collect()
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        // A consumer does not close while something it told has not been answered.
        let told = std::mem::take(&mut *self.consumer.context().lock());
        for told in told {
            match told {
                Told::Assigned(list) => {
                    let partitions = self.ours(&list);
                    // Taken so that it can be given back, which closing does.
                    let _ = self.consumer.incremental_assign(&list_of(&partitions, &self.names));
                }
                Told::Revoked(list) | Told::Lost(list) => {
                    // The consumer ends all the same, and its session with it.
                    let _ = self.release(&self.ours(&list));
                }
            }
        }
        self.consumer.context().is_closing.store(true, Ordering::Release);
        if self.leave_on_drop {
            // A static member that only ends says nothing; one that unsubscribes leaves.
            self.consumer.unsubscribe();
        }
    }
}

fn configured(settings: &EngineSettings) -> rdkafka::ClientConfig {
    let mut config = settings.connection.client_config();
    let session = settings.session_timeout.get();
    config
        .set("client.id", settings.identity.client_id())
        .set("group.id", &settings.identity.application)
        // A static member: a restart within the session time-out keeps its partitions, and a
        // commit without a valid membership is refused by the broker whatever it claims.
        .set("group.instance.id", settings.identity.instance_id())
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", session.to_string())
        .set("heartbeat.interval.ms", (session / 5).clamp(100, 3_000).to_string())
        .set("max.poll.interval.ms", LONGEST_BETWEEN_POLLS.max(session).to_string())
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error")
        .set("isolation.level", "read_committed")
        .set("fetch.wait.max.ms", "100")
        .set("fetch.message.max.bytes", "4194304")
        .set("fetch.queue.backoff.ms", FULL_QUEUE_MILLIS)
        .set("queued.max.messages.kbytes", QUEUED_KIB);
    config
}

/// How long a seek may stay wanted: the rebalances of a fail-over are over by then.
const LONGEST_SEEK: Duration = Duration::from_mins(3);

/// How soon a seek that was not taken is tried again.
const BETWEEN_SEEKS: Duration = Duration::from_millis(20);

/// How long a commit, a restore or a wait for a lost writer's transaction may keep a member from
/// polling, in milliseconds, before its partitions are given to others.
const LONGEST_BETWEEN_POLLS: i64 = 300_000;

/// What librdkafka fetches ahead, in KiB: a second of a full load.
const QUEUED_KIB: &str = "32768";

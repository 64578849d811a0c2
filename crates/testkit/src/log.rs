//! A log in memory, shared by every simulated engine over it: topics, transactions, committed
//! positions, groups, the clock and the dice.
//!
//! It checks what every engine relies on: positions never go back, commit numbers are dense, and
//! nobody commits for a partition that is not theirs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vigie_runtime::{
    CommittedPosition, Layout, Offset, Partition, Position, ProducerRecord, Topic, TopicPartition,
};
use vigie_types::{Millis, WallTime};

use crate::chances::Chances;
use crate::dice::Dice;
use crate::group::{Group, Member};
pub use crate::partition_log::LoggedRecord;
use crate::partition_log::{PartitionLog, Patience};
use crate::transactions::{Fate, SimulatedState, TIME_OUT, TransactionId};

/// A handle on the log; clones share it.
#[derive(Clone, Debug)]
pub struct SimulatedLog(Arc<Mutex<Shared>>);

/// Everything behind the handle.
#[derive(Debug)]
pub(crate) struct Shared {
    topics: BTreeMap<Topic, Vec<PartitionLog>>,
    transactions: Vec<SimulatedState>,
    committed: BTreeMap<(String, TopicPartition), CommittedPosition>,
    groups: BTreeMap<String, Group>,
    members: u64,
    pub(crate) dice: Dice,
    pub(crate) chances: Chances,
    pub(crate) now: WallTime,
}

impl SimulatedLog {
    /// An empty log with these topics. Changelogs are added as they are written to.
    pub fn new(layout: &Layout, seed: u64, chances: Chances) -> Self {
        let topics = layout.iter().map(|(topic, partitions)| {
            let logs = (0..*partitions).map(|number| PartitionLog::new(Partition::new(number)));
            (topic.clone(), logs.collect())
        });
        Self(Arc::new(Mutex::new(Shared {
            topics: topics.collect(),
            transactions: Vec::new(),
            committed: BTreeMap::new(),
            groups: BTreeMap::new(),
            members: 0,
            dice: Dice::new(seed),
            chances,
            now: WallTime::default(),
        })))
    }

    /// Appends a record outside any transaction, as a finished ingest would have.
    pub fn append(&self, record: ProducerRecord<'_>) -> Offset {
        let mut shared = self.shared();
        let log = shared.partition_mut(&TopicPartition::new(record.topic, record.partition));
        log.append(record, None)
    }

    /// Replaces the chances, for all engines over this log.
    pub fn set_chances(&self, chances: Chances) {
        self.shared().chances = chances;
    }

    /// The visible records of a topic, partition by partition in offset order.
    pub fn records(&self, topic: &Topic) -> Vec<LoggedRecord> {
        let shared = self.shared();
        let partitions = shared.topics.get(topic).into_iter().flatten();
        partitions
            .flat_map(|log| {
                log.visible(Position::START, Patience::CommittedNow, &shared.transactions)
            })
            .cloned()
            .collect()
    }

    /// The topics that exist, changelogs included.
    pub fn topics(&self) -> Vec<Topic> {
        self.shared().topics.keys().cloned().collect()
    }

    /// Every committed position, by application.
    pub fn positions(&self) -> Vec<(String, CommittedPosition)> {
        let shared = self.shared();
        let positions = shared.committed.iter();
        positions.map(|((application, _), known)| (application.clone(), known.clone())).collect()
    }

    /// Whether the application has committed every visible record of the topics that it reads.
    pub fn is_read(&self, application: &str, inputs: &[Topic]) -> bool {
        let shared = self.shared();
        if shared.transactions.iter().any(SimulatedState::is_pending) {
            return false;
        }
        inputs.iter().all(|topic| {
            shared.partitions_of(topic).into_iter().all(|partition| {
                let committed = shared.committed.get(&(application.into(), partition.clone()));
                let position = committed.map_or(Position::START, |known| known.position);
                shared.visible(&partition, position, Patience::CommittedNow).next().is_none()
            })
        })
    }

    pub(crate) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    pub(crate) fn visible(
        &self,
        partition: &TopicPartition,
        position: Position,
        patience: Patience,
    ) -> impl Iterator<Item = &LoggedRecord> {
        let logs = self.topics.get(&partition.topic);
        let log = logs.and_then(|logs| logs.get(partition.partition.get() as usize));
        log.into_iter().flat_map(move |log| log.visible(position, patience, &self.transactions))
    }

    pub(crate) fn partitions_of(&self, topic: &Topic) -> Vec<TopicPartition> {
        let count = self.topics.get(topic).map_or(0, Vec::len) as u32;
        (0..count).map(|number| TopicPartition::new(topic, Partition::new(number))).collect()
    }

    /// The partition; a changelog's is made when it is missing.
    fn partition_mut(&mut self, partition: &TopicPartition) -> &mut PartitionLog {
        let index = partition.partition.get() as usize;
        let is_changelog = partition.topic.as_str().ends_with("-changelog");
        if is_changelog {
            let logs = self.topics.entry(partition.topic.clone()).or_default();
            while logs.len() <= index {
                logs.push(PartitionLog::new(Partition::new(logs.len() as u32)));
            }
        }
        let logs = self.topics.get_mut(&partition.topic).into_iter().flatten();
        let mut found = logs.skip(index);
        found.next().unwrap_or_else(|| panic!("the simulated log has no partition {partition}"))
    }

    /// Adds an engine to the group of an application.
    pub(crate) fn join(&mut self, application: &str, inputs: &[Topic]) -> Member {
        let member = Member(self.members);
        self.members += 1;
        let inputs = inputs.iter().flat_map(|topic| self.partitions_of(topic)).collect();
        let group = self.groups.entry(application.into()).or_default();
        group.join(member, inputs, &mut self.dice);
        member
    }

    pub(crate) fn with_group<R>(
        &mut self,
        application: &str,
        change: impl FnOnce(&mut Group, &mut Dice) -> R,
    ) -> R {
        let group = self.groups.entry(application.into()).or_default();
        change(group, &mut self.dice)
    }

    /// Lets the clock go on and ends what has timed out.
    pub(crate) fn pass(&mut self, time: Millis) {
        self.now = self.now + time;
        let limit = self.now - TIME_OUT;
        self.end_where(|transaction| transaction.since <= limit);
    }

    pub(crate) fn begin(&mut self, application: &str, member: Member) -> TransactionId {
        self.transactions.push(SimulatedState::new(application, member, self.now));
        TransactionId(self.transactions.len() - 1)
    }

    pub(crate) fn send(&mut self, id: TransactionId, record: ProducerRecord<'_>) {
        let partition = TopicPartition::new(record.topic, record.partition);
        self.partition_mut(&partition).append(record, Some(id));
        self.transactions[id.0].touched.insert(partition);
    }

    pub(crate) fn send_positions(&mut self, id: TransactionId, positions: &[CommittedPosition]) {
        self.transactions[id.0].positions.extend_from_slice(positions);
    }

    /// Leaves the outcome open for everybody but the log.
    pub(crate) fn leave_in_doubt(&mut self, id: TransactionId, commits: bool) {
        self.transactions[id.0].fate = Fate::Pending { commits };
    }

    /// Ends a transaction.
    pub(crate) fn end(&mut self, id: TransactionId, commits: bool) {
        let transaction = &mut self.transactions[id.0];
        assert!(transaction.is_pending(), "a transaction ends once");
        transaction.fate = if commits { Fate::Committed } else { Fate::Aborted };
        let touched = std::mem::take(&mut transaction.touched);
        let positions = std::mem::take(&mut transaction.positions);
        let application = transaction.application.clone();
        for partition in touched {
            self.partition_mut(&partition).mark();
        }
        if commits {
            for position in positions {
                self.keep_position(&application, position);
            }
        }
    }

    fn keep_position(&mut self, application: &str, position: CommittedPosition) {
        let place = (application.to_owned(), position.partition.clone());
        let (number, before) = self
            .committed
            .get(&place)
            .map_or((0, Position::START), |known| (known.commit_number, known.position));
        assert!(position.position >= before, "{}: positions never go back", position.partition);
        assert_eq!(position.commit_number, number + 1, "commit numbers are dense");
        self.committed.insert(place, position);
    }

    /// Ends what is pending of this engine, as a new producer with its name does.
    pub(crate) fn end_of_member(&mut self, member: Member) {
        self.end_where(|transaction| transaction.member == member);
    }

    /// The committed position, once no transaction that moves it is pending.
    pub(crate) fn committed(
        &mut self,
        application: &str,
        partition: &TopicPartition,
    ) -> Option<CommittedPosition> {
        self.end_where(|transaction| transaction.moves(application, partition));
        self.committed.get(&(application.to_owned(), partition.clone())).cloned()
    }

    fn end_where(&mut self, chosen: impl Fn(&SimulatedState) -> bool) {
        for index in 0..self.transactions.len() {
            let transaction = &self.transactions[index];
            if let (Fate::Pending { commits }, true) = (transaction.fate, chosen(transaction)) {
                self.end(TransactionId(index), commits);
            }
        }
    }
}

//! Where applications stand on a cluster, and who of them owns what.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::topic_partition_list::Offset as KafkaOffset;
use vigie_runtime::{CommittedPosition, Position, ReadError, TopicPartition};
use vigie_types::EventTime;

use crate::client::{ClusterError, Deadline, REQUEST, breathe, until};
use crate::group::Member;
use crate::offsets::{positions_of, to_commit};
use crate::reader::{KafkaLog, consumer};

impl KafkaLog {
    /// Who is in an application's group, and what each owns.
    ///
    /// # Errors
    /// When the group's coordinator does not answer.
    pub fn members(&self, application: &str) -> Result<Vec<Member>, ClusterError> {
        let group = self.names.group_of(application);
        // A coordinator that has just come to the group refuses at once, and soon answers.
        let list = until(Deadline::after(REQUEST), &format!("describe {application}"), || {
            self.probe.fetch_group_list(Some(&group), REQUEST)
        })?;
        let members = list.groups().iter().flat_map(rdkafka::groups::GroupInfo::members);
        let member = |member: &rdkafka::groups::GroupMemberInfo| {
            let assignment = member.assignment().unwrap_or_default();
            Member::new(member.client_id(), assignment, &self.names)
        };
        Ok(members.map(member).collect())
    }

    /// The first position of each partition whose record was written at a time or later; none
    /// where there is no such record.
    ///
    /// # Errors
    /// When the cluster cannot be asked.
    pub fn positions_at(
        &self,
        partitions: &[TopicPartition],
        at: EventTime,
    ) -> Result<BTreeMap<TopicPartition, Position>, ReadError> {
        let times = partitions
            .iter()
            .map(|partition| (partition, Position::new(at.as_millis().max(0) as u64)));
        let list = self
            .probe
            .offsets_for_times(positions_of(times, &self.names), REQUEST)
            .map_err(|error| ClusterError::new("find positions by time", &error))?;
        let mut found = BTreeMap::new();
        for partition in partitions {
            let name = self.names.partition_on_cluster(partition);
            let entry = list.find_partition(name.topic.as_str(), name.partition.get() as i32);
            if let Some(KafkaOffset::Offset(offset)) = entry.map(|entry| entry.offset()) {
                found.insert(partition.clone(), Position::new(offset as u64));
            }
        }
        Ok(found)
    }

    /// Commits positions for an application whose group has no member: where it begins.
    ///
    /// # Errors
    /// When the group has members, or its coordinator does not answer.
    pub fn commit_positions(
        &self,
        application: &str,
        positions: &[CommittedPosition],
    ) -> Result<(), ClusterError> {
        let group = self.names.group_of(application);
        let committing = consumer(&self.connection, &group, "read_committed")?;
        committing
            .commit(&to_commit(positions, &self.names), CommitMode::Sync)
            .map_err(|error| ClusterError::new(format!("commit positions of {group}"), &error))
    }

    /// The end of a partition once nothing before it is undecided. A commit is answered before its
    /// markers have reached every partition: until then readers end below what was committed.
    ///
    /// # Errors
    /// When a transaction stays open for longer than any may, or the cluster cannot be asked.
    pub fn settled_end(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        let deadline = Deadline::after(LONGEST_UNDECIDED);
        loop {
            let (_, stable) = self.bounds(partition)?;
            let (_, end) = self.bounds_as(&self.uncommitted, partition)?;
            if stable >= end {
                return Ok(end);
            }
            if deadline.is_over() {
                let seconds = LONGEST_UNDECIDED.as_secs();
                let reason = format!("{partition}: a transaction is open since {seconds} s");
                return Err(ReadError::Failed(reason));
            }
            breathe(BETWEEN_LOOKS);
        }
    }
}

/// How long the outcome of a transaction may take to reach a partition: a fail-over and more.
const LONGEST_UNDECIDED: Duration = Duration::from_mins(2);

/// Between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

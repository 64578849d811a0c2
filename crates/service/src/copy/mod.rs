//! From one machine to a cluster: copies an embedded log into Kafka, and verifies what it copied.
//!
//! Guarantees: each record of a log stands in the same partition in the same order; each key of a
//! compacted topic with its newest value; each application goes on after exactly the record after
//! which it stood. Positions are committed last: until then no service starts on a half copy.
//!
//! Refuses: topics that hold records already, other partition counts, and values of a schema that
//! the registry does not know.

mod digest;
mod transfer;

use std::collections::BTreeMap;

use vigie_engine_kafka::{ClusterError, KafkaLog, KafkaProducer};
use vigie_runtime::{
    CommitError, CommittedPosition, Kept, LogReader, Position, ReadError, Topic, TopicOutline,
    TopicPartition,
};

use digest::Digest;
use transfer::Transfer;

/// Why a copy ended.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The cluster has no such topic.
    #[error("the cluster has no topic {0}: run `vigie topics apply` first")]
    NoTopic(Topic),
    /// A topic has another number of partitions there, so that keys would be elsewhere.
    #[error("{topic} has {theirs} partitions on the cluster and {ours} here: keys would move")]
    Partitions {
        /// The topic.
        topic: Topic,
        /// How many there are here.
        ours: u32,
        /// How many there are on the cluster.
        theirs: u32,
    },
    /// A partition holds something already.
    #[error(
        "{0} on the cluster is not empty: a copy goes into empty topics; delete and create the \
         topics anew, or choose another cluster"
    )]
    NotEmpty(TopicPartition),
    /// A value is of a schema that has no id on the cluster.
    #[error("{partition}: a value has the schema id {id}, which the registry has no schema for")]
    Schema {
        /// Where.
        partition: TopicPartition,
        /// The id on this machine.
        id: u32,
    },
    /// What was read back is not what was copied.
    #[error("{partition}: {found} records were read back and {copied} copied, or not the same")]
    Differs {
        /// Where.
        partition: TopicPartition,
        /// How many were copied.
        copied: u64,
        /// How many were read back.
        found: u64,
    },
    /// One of the logs cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The cluster refuses.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A transaction did not take place.
    #[error("cannot write to {partition}: {error}")]
    Commit {
        /// Where.
        partition: TopicPartition,
        /// Why.
        error: CommitError,
    },
}

/// A topic that was copied and read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTopic {
    /// Which.
    pub topic: Topic,
    /// How many records, or keys of a compacted topic.
    pub records: u64,
    /// How many bytes of keys and values.
    pub bytes: u64,
}

/// What a copy needs.
pub struct Copy<'a> {
    /// The log that is copied; nothing writes it.
    pub from: &'a dyn LogReader,
    /// Where it goes.
    pub cluster: &'a KafkaLog,
    /// What writes there.
    pub producer: &'a mut KafkaProducer,
    /// The applications that go on there.
    pub applications: &'a [&'a str],
    /// Per schema id of this machine, the id on the cluster; none keeps the ids.
    pub schema_ids: Option<BTreeMap<u32, u32>>,
}

impl Copy<'_> {
    /// Copies every topic, reads it back, and commits the positions; tells each topic when it is
    /// done.
    ///
    /// # Errors
    /// See [`CopyError`]; the cluster then holds a part, which no service starts on.
    pub fn run(&mut self, told: &mut dyn FnMut(&CopiedTopic)) -> Result<(), CopyError> {
        let outlines = self.from.topics()?;
        self.check_cluster(&outlines)?;
        let mut positions = self.positions()?;
        for outline in &outlines {
            let mut copied = CopiedTopic { topic: outline.topic.clone(), records: 0, bytes: 0 };
            for partition in outline.partitions() {
                let digest = match outline.kept {
                    Kept::NewestOfKey => self.copy_keys(&partition)?,
                    Kept::For(_) | Kept::Forever => self.copy_log(&partition, &mut positions)?,
                };
                self.verify(&partition, outline.kept, &digest)?;
                copied.records += digest.records;
                copied.bytes += digest.bytes;
            }
            told(&copied);
        }
        for (application, positions) in positions {
            self.cluster.commit_positions(&application, &positions)?;
        }
        Ok(())
    }

    /// Each topic is there, as it is here, and empty.
    fn check_cluster(&self, outlines: &[TopicOutline]) -> Result<(), CopyError> {
        let there = self.cluster.topics()?;
        for outline in outlines {
            let topic = outline.topic.clone();
            let found = there.iter().find(|found| found.topic == topic);
            let found = found.ok_or_else(|| CopyError::NoTopic(topic.clone()))?;
            let (ours, theirs) = (outline.partitions, found.partitions);
            if ours != theirs {
                return Err(CopyError::Partitions { topic, ours, theirs });
            }
            for partition in outline.partitions() {
                if self.cluster.end(&partition)? > Position::START {
                    return Err(CopyError::NotEmpty(partition));
                }
            }
        }
        Ok(())
    }

    /// Where each application stands here.
    fn positions(&self) -> Result<Positions, CopyError> {
        let mut positions = Positions::new();
        for application in self.applications {
            positions.insert((*application).to_owned(), self.from.positions(application)?);
        }
        Ok(positions)
    }

    /// Copies a log in pieces that end where an application stands, so that it stands at the end
    /// of a piece there as well; `positions` are moved to where they are on the cluster.
    fn copy_log(
        &mut self,
        partition: &TopicPartition,
        positions: &mut Positions,
    ) -> Result<Digest, CopyError> {
        let (start, end) = (self.from.start(partition)?, self.from.end(partition)?);
        let mut stops: Vec<Position> =
            standing(positions, partition).map(|at| at.position).collect();
        stops.push(end);
        stops.sort_unstable();
        stops.dedup();
        let mut transfer = Transfer::new(partition, self.schema_ids.as_ref());
        let mut next = start;
        let mut moved: BTreeMap<Position, Position> = BTreeMap::new();
        for stop in stops {
            while next < stop {
                let fetched = self.from.read(partition, next, transfer::PIECE_BYTES)?;
                let piece = fetched.iter().take_while(|record| record.offset.next() <= stop);
                for record in piece {
                    next = record.offset.next();
                    transfer.take(self.producer, record.key, record.value, record.timestamp)?;
                }
            }
            transfer.commit(self.producer)?;
            moved.insert(stop, self.cluster.settled_end(partition)?);
        }
        for standing in standing_mut(positions, partition) {
            standing.position = moved[&standing.position];
        }
        Ok(transfer.digest)
    }

    fn copy_keys(&mut self, partition: &TopicPartition) -> Result<Digest, CopyError> {
        let mut entries = Vec::new();
        self.from.compacted(partition, &mut |key, value| {
            entries.push((key.to_vec(), value.to_vec()));
        })?;
        let mut transfer = Transfer::new(partition, self.schema_ids.as_ref());
        for (key, value) in &entries {
            transfer.take(self.producer, key, Some(value), vigie_types::EventTime::default())?;
        }
        transfer.commit(self.producer)?;
        Ok(transfer.digest)
    }

    /// Reads a partition back and holds it against what was copied.
    fn verify(
        &self,
        partition: &TopicPartition,
        kept: Kept,
        copied: &Digest,
    ) -> Result<(), CopyError> {
        let mut found = Digest::default();
        let end = self.cluster.settled_end(partition)?;
        match kept {
            Kept::NewestOfKey => {
                self.cluster.compacted(partition, &mut |key, value| found.add(key, Some(value)))?;
            }
            Kept::For(_) | Kept::Forever => {
                let mut next = Position::START;
                while next < end {
                    let fetched = self.cluster.read(partition, next, transfer::PIECE_BYTES)?;
                    let Some(last) = fetched.iter().last() else { break };
                    next = last.offset.next();
                    fetched.iter().for_each(|record| found.add(record.key, record.value));
                }
            }
        }
        if found == *copied {
            return Ok(());
        }
        let (copied, found) = (copied.records, found.records);
        Err(CopyError::Differs { partition: partition.clone(), copied, found })
    }
}

/// Per application, where it stands.
type Positions = BTreeMap<String, Vec<CommittedPosition>>;

fn standing<'a>(
    positions: &'a Positions,
    partition: &'a TopicPartition,
) -> impl Iterator<Item = &'a CommittedPosition> {
    positions.values().flatten().filter(move |at| at.partition == *partition)
}

fn standing_mut<'a>(
    positions: &'a mut Positions,
    partition: &'a TopicPartition,
) -> impl Iterator<Item = &'a mut CommittedPosition> {
    positions.values_mut().flatten().filter(move |at| at.partition == *partition)
}

//! The catalogue: the topics of an open log with their numbers, and a dense number per partition.
//!
//! A topic's number is given once, stored, and never used for another topic. What is stored and
//! what is asked for are merged here, before anything is written.

use rustc_hash::FxHashMap;
use vigie_runtime::{Partition, Topic, TopicPartition};

use crate::layout::{Kind, Layout, LayoutError, TopicSpec, check_partitions};

/// The stored number of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TopicNumber(pub u32);

/// A partition's place in the tables in memory: dense from 0, for this open of the log only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(pub usize);

/// What is known of one partition.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub partition: TopicPartition,
    pub number: TopicNumber,
    pub kind: Kind,
}

impl Place {
    /// Topic and partition as the tables know them.
    pub fn key(&self) -> (u32, u32) {
        (self.number.0, self.partition.partition.get())
    }
}

/// The topics of an open log.
#[derive(Debug)]
pub(crate) struct Catalog {
    topics: Vec<TopicSpec>,
    places: Vec<Place>,
    /// Topic to its first slot and its number of partitions.
    slots: FxHashMap<Topic, (usize, u32)>,
}

/// What is stored, changed to what was asked for.
pub(crate) struct Merged {
    pub topics: Vec<(TopicNumber, TopicSpec)>,
    /// Whether it differs from what is stored.
    pub changed: bool,
}

/// Adds what is new in `asked` to what is `stored`; topics not asked for stay as they are.
pub(crate) fn merge(
    stored: Vec<(TopicNumber, TopicSpec)>,
    asked: &Layout,
) -> Result<Merged, LayoutError> {
    let mut topics = stored;
    let mut changed = false;
    for spec in asked.topics() {
        if let Some((_, known)) = topics.iter_mut().find(|(_, known)| known.topic == spec.topic) {
            check_same(known, spec)?;
            changed |= known.kind != spec.kind;
            known.kind = spec.kind;
        } else {
            let next = topics.iter().map(|(number, _)| number.0 + 1).max().unwrap_or(0);
            topics.push((TopicNumber(next), spec.clone()));
            changed = true;
        }
    }
    let specs: Vec<TopicSpec> = topics.iter().map(|(_, spec)| spec.clone()).collect();
    check_partitions(&specs)?;
    Ok(Merged { topics, changed })
}

fn check_same(stored: &TopicSpec, asked: &TopicSpec) -> Result<(), LayoutError> {
    if stored.partitions != asked.partitions {
        return Err(LayoutError::PartitionsDiffer {
            topic: stored.topic.clone(),
            stored: stored.partitions,
            asked: asked.partitions,
        });
    }
    if (stored.kind == Kind::Compacted) != (asked.kind == Kind::Compacted) {
        return Err(LayoutError::KindDiffers {
            topic: stored.topic.clone(),
            stored: stored.kind,
            asked: asked.kind,
        });
    }
    Ok(())
}

impl Catalog {
    /// The catalogue of these topics.
    pub fn new(topics: &[(TopicNumber, TopicSpec)]) -> Self {
        let mut places = Vec::new();
        let mut slots = FxHashMap::default();
        for (number, spec) in topics {
            slots.insert(spec.topic.clone(), (places.len(), spec.partitions));
            places.extend((0..spec.partitions).map(|partition| Place {
                partition: TopicPartition::new(&spec.topic, Partition::new(partition)),
                number: *number,
                kind: spec.kind,
            }));
        }
        Self { topics: topics.iter().map(|(_, spec)| spec.clone()).collect(), places, slots }
    }

    /// The topics, in the order in which they were added.
    pub fn topics(&self) -> &[TopicSpec] {
        &self.topics
    }

    /// The slot of a partition, if the log has it.
    pub fn slot(&self, topic: &Topic, partition: Partition) -> Option<Slot> {
        let (first, partitions) = self.slots.get(topic)?;
        (partition.get() < *partitions).then(|| Slot(first + partition.get() as usize))
    }

    /// The slots of a topic, if the log has it.
    pub fn slots(&self, topic: &Topic) -> Option<impl Iterator<Item = Slot> + use<>> {
        let (first, partitions) = *self.slots.get(topic)?;
        Some((first..first + partitions as usize).map(Slot))
    }

    /// What is known of the partition in `slot`.
    pub fn place(&self, slot: Slot) -> &Place {
        &self.places[slot.0]
    }

    /// Every partition.
    pub fn places(&self) -> impl Iterator<Item = (Slot, &Place)> {
        self.places.iter().enumerate().map(|(index, place)| (Slot(index), place))
    }
}

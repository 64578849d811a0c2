//! The layout: which topics a log has, how many partitions each, and what becomes of old records.
//!
//! Refuses what no log could hold: names that are no topic names, doubled topics, numbers out of
//! range.

use std::collections::BTreeSet;
use std::fmt;

use vigie_runtime::Topic;
use vigie_types::Millis;

/// Kafka's own limit, so that a layout can be taken over by a cluster.
const MAX_NAME_BYTES: usize = 249;
/// Each partition costs a map entry and a seek at open; 4,096 of them open in well under a second.
const MAX_PARTITIONS: usize = 4_096;

/// What becomes of a topic's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole batches are dropped once they were committed longer ago than this, by the wall clock,
    /// and every application known to read the partition has committed a position beyond them.
    Retained {
        /// How long records are kept at least.
        retention: Millis,
    },
    /// The newest value of each key is kept; a tombstone removes the key.
    Compacted,
    /// Nothing is ever dropped.
    Forever,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retained { retention } => {
                write!(formatter, "retained for {} s", retention.as_seconds())
            }
            Self::Compacted => formatter.write_str("compacted"),
            Self::Forever => formatter.write_str("kept for ever"),
        }
    }
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub topic: Topic,
    /// How many partitions it has; cannot be changed later.
    pub partitions: u32,
    /// What becomes of its records.
    pub kind: Kind,
}

/// The topics of a log, each once and each possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout(Vec<TopicSpec>);

/// A layout that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The name is empty, too long or has other characters than Kafka allows.
    #[error(
        "\"{0}\" is no topic name: 1 to {MAX_NAME_BYTES} of the characters a-z, A-Z, 0-9, '.', '_' \
         and '-'"
    )]
    Name(String),
    /// The topic is there twice.
    #[error("topic {0} is declared twice")]
    Doubled(Topic),
    /// A topic without a partition.
    #[error("topic {0} has no partition: give it at least one")]
    NoPartition(Topic),
    /// More partitions than a log can hold.
    #[error("{0} partitions over all topics: a log on one machine holds at most {MAX_PARTITIONS}")]
    TooManyPartitions(usize),
    /// A retention that keeps nothing.
    #[error("topic {0}: a retention must be longer than nothing")]
    Retention(Topic),
    /// The directory holds the topic with another number of partitions.
    #[error(
        "topic {topic} has {stored} partitions in the data directory and {asked} in the \
         configuration: keys would change their partition; use {stored}, or a new data directory"
    )]
    PartitionsDiffer {
        /// The topic.
        topic: Topic,
        /// What the directory has.
        stored: u32,
        /// What was asked for.
        asked: u32,
    },
    /// The directory holds the topic compacted and it is asked for otherwise, or the reverse.
    #[error(
        "topic {topic} is {stored} in the data directory and {asked} in the configuration: a topic \
         cannot become or cease to be compacted; give it a new name or use a new data directory"
    )]
    KindDiffers {
        /// The topic.
        topic: Topic,
        /// What the directory has.
        stored: Kind,
        /// What was asked for.
        asked: Kind,
    },
}

impl Layout {
    /// The layout of these topics.
    ///
    /// # Errors
    /// When a name, a number or a retention is out of range or a topic is there twice.
    pub fn new(topics: Vec<TopicSpec>) -> Result<Self, LayoutError> {
        let mut seen = BTreeSet::new();
        for spec in &topics {
            check(spec)?;
            if !seen.insert(&spec.topic) {
                return Err(LayoutError::Doubled(spec.topic.clone()));
            }
        }
        check_partitions(&topics)?;
        Ok(Self(topics))
    }

    /// The topics.
    pub fn topics(&self) -> &[TopicSpec] {
        &self.0
    }
}

/// Refuses more partitions than a log can hold.
pub(crate) fn check_partitions(topics: &[TopicSpec]) -> Result<(), LayoutError> {
    let partitions: usize = topics.iter().map(|spec| spec.partitions as usize).sum();
    if partitions > MAX_PARTITIONS {
        return Err(LayoutError::TooManyPartitions(partitions));
    }
    Ok(())
}

fn check(spec: &TopicSpec) -> Result<(), LayoutError> {
    let name = spec.topic.as_str();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(allowed) {
        return Err(LayoutError::Name(name.into()));
    }
    if spec.partitions == 0 {
        return Err(LayoutError::NoPartition(spec.topic.clone()));
    }
    match spec.kind {
        Kind::Retained { retention } if retention <= Millis::ZERO => {
            Err(LayoutError::Retention(spec.topic.clone()))
        }
        Kind::Retained { .. } | Kind::Compacted | Kind::Forever => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str, partitions: u32) -> TopicSpec {
        TopicSpec { topic: Topic::new(name), partitions, kind: Kind::Forever }
    }

    #[test]
    fn a_layout_refuses_what_no_log_could_hold() {
        let topic = Topic::new("a");
        let brief = TopicSpec { kind: Kind::Retained { retention: Millis::ZERO }, ..spec("a", 1) };
        for (topics, expected) in [
            (vec![spec("a b", 1)], LayoutError::Name("a b".into())),
            (vec![spec("", 1)], LayoutError::Name(String::new())),
            (vec![spec("a", 1), spec("a", 2)], LayoutError::Doubled(topic.clone())),
            (vec![spec("a", 0)], LayoutError::NoPartition(topic.clone())),
            (vec![spec("a", 4_000), spec("b", 97)], LayoutError::TooManyPartitions(4_097)),
            (vec![brief], LayoutError::Retention(topic.clone())),
        ] {
            assert_eq!(Layout::new(topics), Err(expected));
        }
    }
}

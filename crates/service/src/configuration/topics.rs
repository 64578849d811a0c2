//! `topics.toml`: the only source of partitions, retention and compaction.

use std::sync::Arc;

use serde::Deserialize;
use vigie_engine_embedded as embedded;
use vigie_runtime::{Layout, Topic};
use vigie_types::Millis;

use super::{ConfigurationError, Span};

/// The topics that this binary was built with.
const BUILT_IN: &str = include_str!("../../../../deploy/topics.toml");

/// What becomes of a topic's old records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cleanup {
    /// Dropped after the retention.
    Delete,
    /// The newest of each key is kept.
    Compact,
    /// Kept for ever.
    Keep,
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicConfiguration {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: u32,
    /// What becomes of old records.
    pub cleanup: Cleanup,
    /// How long records are kept, with `cleanup = "delete"`.
    pub retention: Option<Span>,
}

/// All topics.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// On how many brokers each partition is on a cluster; as many as there are, where there are
    /// fewer.
    pub replication: u32,
    /// How many of them must have a record before it counts; one less than there are, where there
    /// are as few, so that one broker may be away.
    pub min_insync: u32,
    /// In the order of the file.
    pub topic: Vec<TopicConfiguration>,
}

impl Topics {
    /// The topics of `deploy/topics.toml`.
    pub fn built_in() -> Self {
        Self::parse("deploy/topics.toml", BUILT_IN).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// When it is not TOML, or a topic's retention and cleanup do not go together.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigurationError> {
        let invalid = |reason| ConfigurationError::Invalid { file: file.into(), reason };
        let topics: Self = toml::from_str(text).map_err(|error| invalid(error.to_string()))?;
        if topics.min_insync == 0 || topics.replication < topics.min_insync {
            return Err(invalid("min_insync is from 1 to replication".into()));
        }
        for topic in &topics.topic {
            if topic.partitions == 0 {
                return Err(invalid(format!("topic {}: partitions begin at 1", topic.name)));
            }
            if (topic.cleanup == Cleanup::Delete) != topic.retention.is_some() {
                let name = &topic.name;
                return Err(invalid(format!(
                    "topic {name}: retention goes with cleanup = \"delete\", and only with it"
                )));
            }
        }
        Ok(topics)
    }

    /// Partition counts, for the runtime.
    pub fn layout(&self) -> Arc<Layout> {
        let counts = self.topic.iter().map(|topic| (Topic::new(&topic.name), topic.partitions));
        Arc::new(counts.collect())
    }

    /// The layout of the embedded log.
    ///
    /// # Errors
    /// When a topic cannot be had.
    pub fn embedded(&self) -> Result<embedded::Layout, embedded::LayoutError> {
        embedded::Layout::new(
            self.topic
                .iter()
                .map(|topic| embedded::TopicSpec {
                    topic: Topic::new(&topic.name),
                    partitions: topic.partitions,
                    kind: match (topic.cleanup, topic.retention) {
                        (Cleanup::Compact, _) => embedded::Kind::Compacted,
                        (Cleanup::Delete, Some(Span(retention))) => {
                            embedded::Kind::Retained { retention }
                        }
                        (Cleanup::Delete, None) => {
                            embedded::Kind::Retained { retention: Millis::ZERO }
                        }
                        (Cleanup::Keep, _) => embedded::Kind::Forever,
                    },
                })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use vigie_runtime::Topic;
    use vigie_schema::topic_schemas;

    use super::*;

    #[test]
    fn every_topic_with_a_schema_is_configured() {
        let layout = Topics::built_in().layout();
        for schema in topic_schemas() {
            assert!(layout.contains_key(&Topic::new(schema.name)), "{}", schema.name);
        }
    }

    #[test]
    fn a_changelog_has_the_partitions_of_the_topic_its_store_follows() {
        let layout = Topics::built_in().layout();
        for (input, changelog) in [
            ("mentions.raw.v1", "vigie-tagger-changelog"),
            ("counts.v1", "vigie-detector-changelog"),
            ("author-events.v1", "vigie-scorer-changelog"),
        ] {
            assert_eq!(layout[&Topic::new(input)], layout[&Topic::new(changelog)], "{input}");
        }
    }
}

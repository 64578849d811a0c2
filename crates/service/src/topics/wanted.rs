//! What each topic is to be on a cluster.

use vigie_engine_kafka::{TopicNames, TopicSettings};
use vigie_runtime::Topic;
use vigie_types::Millis;

use crate::configuration::{Cleanup, Span, TopicConfiguration, Topics};

/// The largest batch of records that brokers take: what our producers send at most, a state or an
/// envelope of 1 MiB with its tags. Kafka's default is 1 MiB.
const MAXIMUM_BATCH_BYTES: u64 = 4 << 20;

/// How long a value that was replaced or deleted may still be read: erasure is promised within a
/// week.
const LONGEST_COMPACTION_LAG: Millis = Millis::days(7);

/// How large a piece of a compacted topic may grow before it can be compacted. A restore reads the
/// last piece as it was written, with every value of a key.
const COMPACTED_SEGMENT_BYTES: u64 = 64 << 20;

/// Records are dropped in pieces, once the newest of a piece is too old: a piece is closed after a
/// seventh of the retention, a day at most, and by so much records are kept longer.
const PIECES_PER_RETENTION: i64 = 7;

/// See above.
const LONGEST_PIECE: Millis = Millis::days(1);

/// A topic as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedTopic {
    /// What the cluster calls it.
    pub name: String,
    /// How many partitions it has.
    pub partitions: u32,
    /// On how many brokers each of them is.
    pub replication: u32,
    /// How many of them must have a record before it counts.
    pub min_insync: u32,
    /// Its settings, all but `min.insync.replicas`.
    pub settings: TopicSettings,
}

/// Every topic of the file, by the names that the application's version has on the cluster.
pub fn wanted_topics(topics: &Topics, names: &TopicNames) -> Vec<WantedTopic> {
    let wanted = |topic: &TopicConfiguration| WantedTopic {
        name: names.on_cluster(&Topic::new(&topic.name)).to_string(),
        partitions: topic.partitions,
        replication: topics.replication,
        min_insync: topics.min_insync,
        settings: settings_of(topic),
    };
    topics.topic.iter().map(wanted).collect()
}

fn settings_of(topic: &TopicConfiguration) -> TopicSettings {
    // Event times of files lie years back: the retention counts from when we wrote.
    let mut settings = TopicSettings::from([
        ("message.timestamp.type".into(), "LogAppendTime".into()),
        ("max.message.bytes".into(), MAXIMUM_BATCH_BYTES.to_string()),
        // A broker that lags behind never leads: it would drop what was acknowledged.
        ("unclean.leader.election.enable".into(), "false".into()),
    ]);
    let mut set = |name: &str, value: String| settings.insert(name.into(), value);
    match (topic.cleanup, topic.retention) {
        (Cleanup::Compact, _) => {
            set("cleanup.policy", "compact".into());
            set("max.compaction.lag.ms", LONGEST_COMPACTION_LAG.get().to_string());
            set("segment.bytes", COMPACTED_SEGMENT_BYTES.to_string());
        }
        (Cleanup::Delete, Some(Span(retention))) => {
            let piece = Millis::new(retention.get() / PIECES_PER_RETENTION).min(LONGEST_PIECE);
            set("cleanup.policy", "delete".into());
            set("retention.ms", retention.get().to_string());
            // What is kept is a matter of time alone, whatever brokers are configured to.
            set("retention.bytes", "-1".into());
            set("segment.ms", piece.get().to_string());
        }
        (Cleanup::Delete, None) | (Cleanup::Keep, _) => {
            set("cleanup.policy", "delete".into());
            set("retention.ms", "-1".into());
            set("retention.bytes", "-1".into());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::topic_names;

    #[track_caller]
    fn check(name: &str, expected: &[(&str, &str)]) {
        let wanted = wanted_topics(&Topics::built_in(), &topic_names(1));
        let topic = wanted.iter().find(|topic| topic.name == name).expect("a topic");
        for (setting, value) in expected {
            assert_eq!(topic.settings.get(*setting).map(String::as_str), Some(*value), "{setting}");
        }
        assert_eq!(topic.settings["message.timestamp.type"], "LogAppendTime");
        assert_eq!((topic.replication, topic.min_insync), (3, 2));
    }

    #[test]
    fn text_is_kept_four_weeks_and_a_day() {
        check("mentions.raw.v1", &[("retention.ms", "2419200000"), ("segment.ms", "86400000")]);
        check("dead-letters.v1", &[("retention.ms", "604800000"), ("segment.ms", "86400000")]);
    }

    #[test]
    fn control_topics_are_kept_for_ever_and_states_are_compacted() {
        let for_ever = [("retention.ms", "-1"), ("retention.bytes", "-1")];
        check("rules.v1", &for_ever);
        let compacted = [("cleanup.policy", "compact"), ("max.compaction.lag.ms", "604800000")];
        check("authors.v1", &compacted);
        check("vigie-scorer-changelog", &compacted);
    }

    #[test]
    fn a_later_version_has_topics_of_its_own_and_shares_what_enters() {
        let wanted = wanted_topics(&Topics::built_in(), &topic_names(2));
        let has = |name: &str| wanted.iter().any(|topic| topic.name == name);
        assert!(has("mentions.raw.v1") && has("spikes.v1-a2") && !has("spikes.v1"));
    }
}

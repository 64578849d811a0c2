//! What topics and applications are called on the cluster.
//!
//! The first version of the application uses the plain names. A later one writes what it derives
//! beside it, so that both can be read while the log is processed again: `spikes.v1` becomes
//! `spikes.v1-a2`, the application `vigie-tagger` becomes `vigie-a2-tagger`. What enters and what
//! everybody judges by (the raw log, checkpoints and control topics) is shared by all versions.

use vigie_runtime::{Topic, TopicPartition};

/// The names of one version of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicNames {
    version: u32,
    shared: Vec<Topic>,
}

impl TopicNames {
    /// The names of `version`, from 1; `shared` topics have one name in every version.
    pub fn new(version: u32, shared: Vec<Topic>) -> Self {
        assert!(version > 0, "application versions begin at 1");
        Self { version, shared }
    }

    /// The version.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// What the cluster calls a topic.
    pub fn on_cluster(&self, topic: &Topic) -> Topic {
        if self.version == 1 || self.shared.contains(topic) {
            return topic.clone();
        }
        Topic::new(&format!("{topic}-a{}", self.version))
    }

    /// What the cluster calls a topic's partition.
    pub(crate) fn partition_on_cluster(&self, partition: &TopicPartition) -> TopicPartition {
        TopicPartition::new(&self.on_cluster(&partition.topic), partition.partition)
    }

    /// What we call a topic of the cluster; none when it is another version's.
    pub fn of_cluster(&self, name: &str) -> Option<Topic> {
        let topic = Topic::new(name);
        if self.version == 1 || self.shared.contains(&topic) {
            return Some(topic);
        }
        name.strip_suffix(&format!("-a{}", self.version)).map(Topic::new)
    }

    /// The consumer group of an application, which prefixes its transactional ids.
    pub fn group_of(&self, application: &str) -> String {
        match (self.version, application.split_once('-')) {
            (1, _) | (_, None) => application.into(),
            (version, Some((ours, service))) => format!("{ours}-a{version}-{service}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_version_shares_what_enters_and_derives_beside_the_first() {
        let raw = Topic::new("mentions.raw.v1");
        let spikes = Topic::new("spikes.v1");
        let first = TopicNames::new(1, vec![raw.clone()]);
        let second = TopicNames::new(2, vec![raw.clone()]);
        assert_eq!(first.on_cluster(&spikes), spikes);
        assert_eq!(second.on_cluster(&raw), raw);
        assert_eq!(second.on_cluster(&spikes).as_str(), "spikes.v1-a2");
        assert_eq!(second.of_cluster("spikes.v1-a2"), Some(spikes));
        assert_eq!(second.of_cluster("spikes.v1"), None);
        assert_eq!(second.of_cluster("mentions.raw.v1"), Some(raw));
        assert_eq!(second.group_of("vigie-tagger"), "vigie-a2-tagger");
    }
}

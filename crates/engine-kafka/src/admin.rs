//! What the cluster's topics are, and making them as they should be: requests without a decision.
//!
//! Guarantees: a change keeps the settings that it does not name; a topic that was created has a
//! leader for each partition before it is given back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, ConfigSource, NewTopic, ResourceSpecifier,
    TopicReplication,
};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::{Metadata, MetadataTopic};

use crate::client::{ClusterError, Deadline, Plain, REQUEST, breathe};
use crate::connection::ConnectionSettings;

/// How long brokers may take to elect leaders for topics that were created: what a failover takes.
const ELECTION: Duration = Duration::from_secs(30);

/// How long to wait before it is looked again whether they have.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The settings of a topic by name.
pub type TopicSettings = BTreeMap<String, String>;

/// A topic as the cluster has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDescription {
    /// What the cluster calls it.
    pub name: String,
    /// How many partitions it has.
    pub partitions: u32,
    /// On how many brokers each of them is, the least.
    pub replication: u32,
    /// Every setting that counts for it, wherever it was set.
    pub settings: TopicSettings,
}

/// A topic to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTopicDescription {
    /// What the cluster is to call it.
    pub name: String,
    /// How many partitions it is to have.
    pub partitions: u32,
    /// On how many brokers each of them is to be.
    pub replication: u32,
    /// What is set for it.
    pub settings: TopicSettings,
}

/// A client that may see and change topics.
pub struct KafkaAdmin {
    client: AdminClient<Plain>,
}

impl KafkaAdmin {
    /// A client of this cluster.
    ///
    /// # Errors
    /// When no client can be made with these settings.
    pub fn open(connection: &ConnectionSettings) -> Result<Self, ClusterError> {
        let client = connection.client_config().create_with_context(Plain);
        let client = client.map_err(|error| ClusterError::new("make an admin client", &error))?;
        Ok(Self { client })
    }

    /// How many brokers the cluster has.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn brokers(&self) -> Result<u32, ClusterError> {
        Ok(self.metadata()?.brokers().len() as u32)
    }

    /// The topics of these names that there are, in the order of the names.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, ClusterError> {
        let metadata = self.metadata()?;
        // A topic that is being created has no partitions yet.
        let there = metadata.topics().iter().filter(|topic| !topic.partitions().is_empty());
        let there: BTreeMap<&str, &MetadataTopic> =
            there.map(|topic| (topic.name(), topic)).collect();
        let names = names.iter().map(String::as_str).filter(|name| there.contains_key(name));
        let names: Vec<&str> = names.collect();
        let settings = self.settings(&names, |_| true)?;
        let describe = |name: &str, settings| {
            let partitions = there[name].partitions();
            let copies = partitions.iter().map(|partition| partition.replicas().len());
            TopicDescription {
                name: name.into(),
                partitions: partitions.len() as u32,
                replication: copies.min().unwrap_or_default() as u32,
                settings,
            }
        };
        Ok(names.iter().zip(settings).map(|(name, settings)| describe(name, settings)).collect())
    }

    /// Creates topics, and waits until each partition has a leader.
    ///
    /// # Errors
    /// When one cannot be created; the others may have been.
    pub fn create(&self, topics: &[NewTopicDescription]) -> Result<(), ClusterError> {
        let new: Vec<NewTopic<'_>> = topics.iter().map(new_topic).collect();
        let names: BTreeSet<&str> = topics.iter().map(|topic| topic.name.as_str()).collect();
        let attempt = || "create topics".to_owned();
        let results = pollster::block_on(self.client.create_topics(&new, &options()));
        for result in results.map_err(|error| ClusterError::new(attempt(), &error))? {
            if let Err((topic, code)) = result {
                return Err(refused(&format!("create the topic {topic}"), code));
            }
        }
        let deadline = Deadline::after(ELECTION);
        while !has_leaders(&self.metadata()?, &names) {
            if deadline.is_over() {
                return Err(refused(&attempt(), RDKafkaErrorCode::LeaderNotAvailable));
            }
            breathe(LOOK_AGAIN);
        }
        Ok(())
    }

    /// Changes settings of a topic and keeps the others that were set for it.
    ///
    /// librdkafka's request replaces all settings of a topic, so those that are there are read and
    /// written again. What somebody else changes in the moment between is lost.
    ///
    /// # Errors
    /// When they cannot be read or changed.
    pub fn change(&self, topic: &str, changes: &TopicSettings) -> Result<(), ClusterError> {
        let own = self.settings(&[topic], |source| *source == ConfigSource::DynamicTopic)?;
        let mut settings: TopicSettings = own.into_iter().flatten().collect();
        settings.extend(changes.clone());
        let change = AlterConfig::new(ResourceSpecifier::Topic(topic));
        let change = settings.iter().fold(change, |change, (name, value)| change.set(name, value));
        let attempt = format!("change the topic {topic}");
        let results = pollster::block_on(self.client.alter_configs([&change], &options()));
        for result in results.map_err(|error| ClusterError::new(&attempt, &error))? {
            if let Err((_, code)) = result {
                return Err(refused(&attempt, code));
            }
        }
        Ok(())
    }

    fn metadata(&self) -> Result<Metadata, ClusterError> {
        let fetched = self.client.inner().fetch_metadata(None, REQUEST);
        fetched.map_err(|error| ClusterError::new("read the cluster's topics", &error))
    }

    /// The settings of topics from these sources, in the order of the names.
    fn settings(
        &self,
        names: &[&str],
        is_wanted: impl Fn(&ConfigSource) -> bool,
    ) -> Result<Vec<TopicSettings>, ClusterError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let attempt = "read the settings of topics";
        let specifiers: Vec<_> = names.iter().copied().map(ResourceSpecifier::Topic).collect();
        let results = pollster::block_on(self.client.describe_configs(&specifiers, &options()));
        let results = results.map_err(|error| ClusterError::new(attempt, &error))?;
        let settings = results.into_iter().map(|result| {
            let resource = result.map_err(|code| refused(attempt, code))?;
            let entries = resource.entries.into_iter().filter(|entry| is_wanted(&entry.source));
            Ok(entries.filter_map(|entry| Some((entry.name, entry.value?))).collect())
        });
        settings.collect()
    }
}

fn new_topic(topic: &NewTopicDescription) -> NewTopic<'_> {
    let replication = TopicReplication::Fixed(topic.replication as i32);
    let new = NewTopic::new(&topic.name, topic.partitions as i32, replication);
    topic.settings.iter().fold(new, |new, (name, value)| new.set(name, value))
}

fn has_leaders(metadata: &Metadata, names: &BTreeSet<&str>) -> bool {
    let ready = metadata.topics().iter().filter(|topic| {
        let partitions = topic.partitions();
        names.contains(topic.name())
            && !partitions.is_empty()
            && partitions.iter().all(|partition| partition.leader() >= 0)
    });
    ready.count() == names.len()
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(ELECTION)).request_timeout(Some(ELECTION))
}

fn refused(attempt: &str, code: RDKafkaErrorCode) -> ClusterError {
    ClusterError::new(attempt, &KafkaError::AdminOp(code))
}

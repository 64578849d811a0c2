//! The topics of a test's cluster.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pollster::block_on;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::groups::GroupInfo;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaErrorCode;
use vigie_engine_kafka::{ConnectionSettings, KafkaAdmin};
use vigie_local_kafka::wait_for;

use crate::binary::vigie;

/// How long the cluster may take for a request: brokers elect leaders within it.
const REQUEST: Duration = Duration::from_secs(30);

/// Settings of single topics, by name.
pub type Overrides<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

/// Makes every topic of `deploy/topics.toml`, as an operator does, and changes single settings.
///
/// # Errors
/// When the command fails, or a setting cannot be changed.
pub fn create_topics(bootstrap: &str, overrides: Overrides<'_>) -> Result<()> {
    let output = Command::new(vigie()?)
        .args(["topics", "apply", "--brokers", bootstrap])
        .stdin(Stdio::null())
        .output()
        .context("cannot start vigie topics apply")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "vigie topics apply ended with {}: {said}", output.status);
    let admin = KafkaAdmin::open(&ConnectionSettings::plain(bootstrap))?;
    for (topic, changes) in overrides {
        let changes = changes.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        admin.change(topic, &changes.collect())?;
    }
    Ok(())
}

/// Drops the records of a partition below an offset.
///
/// # Errors
/// When they cannot be dropped.
pub fn delete_records(bootstrap: &str, topic: &str, partition: i32, below: i64) -> Result<()> {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(below))?;
    block_on(admin(bootstrap)?.delete_records(&list, &options()))?;
    Ok(())
}

/// Removes every topic of ours and every group, so that a cluster is as new.
///
/// # Errors
/// When something cannot be removed, or comes not to its end.
pub fn delete_everything(bootstrap: &str) -> Result<()> {
    let admin = admin(bootstrap)?;
    let ours: Vec<String> = topics_of(bootstrap)?;
    let names: Vec<&str> = ours.iter().map(String::as_str).collect();
    if !names.is_empty() {
        for result in block_on(admin.delete_topics(&names, &options()))? {
            result.map_err(|(topic, code)| anyhow::anyhow!("cannot remove {topic}: {code}"))?;
        }
    }
    let consumer: BaseConsumer = config(bootstrap).create()?;
    let gone = wait_for(REQUEST, || {
        // A coordinator that has just started does not answer yet.
        let Ok(groups) = consumer.fetch_group_list(None, REQUEST) else { return Ok(None) };
        let groups: Vec<&str> = groups.groups().iter().map(GroupInfo::name).collect();
        if groups.is_empty() {
            return Ok(Some(()));
        }
        // A group with a member whose session goes on cannot be removed yet: it is there still.
        for result in block_on(admin.delete_groups(&groups, &options()))? {
            result.map(|_| ()).or_else(|(_, code)| is_passing(code))?;
        }
        Ok(None)
    })?;
    ensure!(gone.is_some(), "groups are still there after {REQUEST:?}");
    let gone = wait_for(REQUEST, || Ok(topics_of(bootstrap)?.is_empty().then_some(())))?;
    ensure!(gone.is_some(), "topics are still there after {REQUEST:?}");
    Ok(())
}

/// Whether a group that was not removed may be at the next try.
fn is_passing(code: RDKafkaErrorCode) -> Result<()> {
    const PASSING: [RDKafkaErrorCode; 4] = [
        RDKafkaErrorCode::NonEmptyGroup,
        RDKafkaErrorCode::GroupIdNotFound,
        RDKafkaErrorCode::NotCoordinator,
        RDKafkaErrorCode::CoordinatorLoadInProgress,
    ];
    ensure!(PASSING.contains(&code), "cannot remove a group: {code}");
    Ok(())
}

/// The topics that are not Kafka's own.
fn topics_of(bootstrap: &str) -> Result<Vec<String>> {
    let consumer: BaseConsumer = config(bootstrap).create()?;
    let metadata = consumer.fetch_metadata(None, REQUEST)?;
    let names = metadata.topics().iter().map(|topic| topic.name().to_owned());
    Ok(names.filter(|name| !name.starts_with("__")).collect())
}

/// How a client of the suite finds the cluster.
pub fn config(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("group.id", "e2e");
    config
}

fn admin(bootstrap: &str) -> Result<AdminClient<DefaultClientContext>> {
    Ok(config(bootstrap).create()?)
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(REQUEST)).request_timeout(Some(REQUEST))
}

//! A raw exactly-once copy with rdkafka alone: consume, produce, send offsets, commit.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pollster::block_on;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::volume::Volume;
use crate::clock::{now, wait};
use crate::topics::config;

/// What the copies' names begin with.
const PREFIX: &str = "copy-";

/// How long records are gathered before they are committed: as the services do.
const COMMIT_INTERVAL: Duration = Duration::from_millis(100);

/// How long any one call may take.
const REQUEST: Duration = Duration::from_secs(30);

/// How many records a commit holds at most: as the services' own limit.
const RECORDS_A_COMMIT: usize = 20_000;

/// What was copied.
pub(super) struct Copied {
    pub(super) records: u64,
    pub(super) transactions: u64,
}

/// Makes an empty topic beside each one that is copied.
pub(super) fn create_topics(bootstrap: &str, volumes: &[Volume]) -> Result<()> {
    let admin: AdminClient<DefaultClientContext> = config(bootstrap).create()?;
    let names: Vec<String> = volumes.iter().map(|of| format!("{PREFIX}{}", of.topic)).collect();
    let new = names.iter().zip(volumes).map(|(name, of)| {
        let new = NewTopic::new(name, of.partitions as i32, TopicReplication::Fixed(1));
        new.set("message.timestamp.type", "LogAppendTime")
    });
    let new: Vec<NewTopic<'_>> = new.collect();
    let options = AdminOptions::new().operation_timeout(Some(REQUEST));
    for result in block_on(admin.create_topics(&new, &options))? {
        result.map_err(|(topic, code)| anyhow::anyhow!("cannot make {topic}: {code}"))?;
    }
    Ok(())
}

/// Copies every record of the topics.
pub(super) fn run(bootstrap: &str, volumes: &[Volume]) -> Result<Copied> {
    let consumer: BaseConsumer = config(bootstrap)
        .set("group.id", "raw-copy")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("fetch.wait.max.ms", "100")
        .set("fetch.queue.backoff.ms", "10")
        .set("queued.max.messages.kbytes", "32768")
        .create()?;
    let producer: BaseProducer = config(bootstrap)
        .set("transactional.id", "raw-copy")
        .set("compression.type", "lz4")
        .set("linger.ms", "5")
        .set("batch.num.messages", "50000")
        .set("queue.buffering.max.messages", "1000000")
        .set("delivery.report.only.error", "true")
        .create()?;
    producer.init_transactions(REQUEST)?;
    let topics: Vec<&str> = volumes.iter().map(|of| of.topic.as_str()).collect();
    consumer.subscribe(&topics)?;
    let expected: u64 = volumes.iter().map(|of| of.records).sum();
    let mut copied = Copied { records: 0, transactions: 0 };
    while copied.records < expected {
        let records = copy_once(&consumer, &producer)?;
        copied.records += records;
        copied.transactions += u64::from(records > 0);
    }
    ensure!(copied.records == expected, "{} copied of {expected}", copied.records);
    Ok(copied)
}

/// Gathers for one interval and commits what came.
fn copy_once(consumer: &BaseConsumer, producer: &BaseProducer) -> Result<u64> {
    let end = now() + COMMIT_INTERVAL;
    let mut positions = std::collections::BTreeMap::new();
    let mut records = 0;
    producer.begin_transaction()?;
    while records < RECORDS_A_COMMIT {
        let left = end.saturating_duration_since(now());
        let Some(message) = consumer.poll(left) else { break };
        let message = message?;
        let topic = format!("{PREFIX}{}", message.topic());
        let mut record: BaseRecord<'_, [u8], [u8]> =
            BaseRecord::to(&topic).partition(message.partition());
        record.key = message.key();
        record.payload = message.payload();
        producer.send(record).map_err(|(error, _)| error).context("the queue is large enough")?;
        positions.insert((message.topic().to_owned(), message.partition()), message.offset() + 1);
        records += 1;
        if left.is_zero() {
            break;
        }
    }
    if records == 0 {
        producer.abort_transaction(REQUEST)?;
        return Ok(0);
    }
    while producer.in_flight_count() > 0 {
        producer.poll(Duration::ZERO);
        wait(Duration::from_micros(200));
    }
    let mut list = TopicPartitionList::new();
    for ((topic, partition), next) in &positions {
        list.add_partition_offset(topic, *partition, Offset::Offset(*next))?;
    }
    let member = consumer.group_metadata().context("a member")?;
    producer.send_offsets_to_transaction(&list, &member, REQUEST)?;
    producer.commit_transaction(REQUEST)?;
    Ok(records as u64)
}

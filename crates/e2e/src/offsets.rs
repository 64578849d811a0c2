//! What a plain client sees of a partition: where it ends, and whether something is open in it.

use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::{MetadataPartition, MetadataTopic};

use crate::topics::config;

/// How long a broker may take for an answer.
const REQUEST: Duration = Duration::from_secs(10);

fn consumer(bootstrap: &str, isolation: &str) -> Result<BaseConsumer> {
    config(bootstrap)
        .set("isolation.level", isolation)
        .set("enable.auto.commit", "false")
        .create()
        .context("cannot make a consumer")
}

fn partitions(consumer: &BaseConsumer, topic: &str) -> Result<Vec<i32>> {
    let metadata = consumer.fetch_metadata(Some(topic), REQUEST)?;
    let found = metadata.topics().iter().flat_map(MetadataTopic::partitions);
    Ok(found.map(MetadataPartition::id).collect())
}

/// Where a partition ends, open transactions included.
///
/// # Errors
/// When it cannot be asked.
pub fn end_of(bootstrap: &str, topic: &str, partition: i32) -> Result<i64> {
    let (_, end) =
        consumer(bootstrap, "read_uncommitted")?.fetch_watermarks(topic, partition, REQUEST)?;
    Ok(end)
}

/// In how many partitions of a topic a transaction is open that has written to them.
///
/// # Errors
/// When they cannot be asked.
pub fn open_transactions(bootstrap: &str, topic: &str) -> Result<usize> {
    let all = consumer(bootstrap, "read_uncommitted")?;
    let stable = consumer(bootstrap, "read_committed")?;
    let mut open = 0;
    for partition in partitions(&all, topic)? {
        // The stable end first: it may rise meanwhile, and must not seem to lag for that.
        let (_, committed) = stable.fetch_watermarks(topic, partition, REQUEST)?;
        let (_, end) = all.fetch_watermarks(topic, partition, REQUEST)?;
        open += usize::from(committed < end);
    }
    Ok(open)
}

//! How much each topic holds.

use anyhow::Result;
use vigie_engine_kafka::KafkaLog;
use vigie_runtime::{LogReader as _, Position};

/// How much is read at once.
const READ_BYTES: usize = 4 << 20;

/// What a topic holds.
#[derive(Clone, Debug)]
pub(super) struct Volume {
    /// Its name.
    pub(super) topic: String,
    /// Its partitions.
    pub(super) partitions: u32,
    /// Its records.
    pub(super) records: u64,
    /// Keys and values of all of them.
    pub(super) bytes: u64,
}

/// Every topic that holds something.
pub(super) fn volumes(log: &KafkaLog) -> Result<Vec<Volume>> {
    let mut volumes = Vec::new();
    for outline in log.topics()? {
        let (mut records, mut bytes) = (0, 0);
        for partition in outline.partitions() {
            let end = log.end(&partition)?;
            let mut next = log.start(&partition)?;
            while next < end {
                let fetched = log.read(&partition, next, READ_BYTES)?;
                records += fetched.len() as u64;
                bytes += fetched.bytes() as u64;
                next = fetched
                    .iter()
                    .last()
                    .map_or(end, |last| last.offset.next())
                    .max(Position::START);
            }
        }
        if records > 0 {
            let topic = outline.topic.to_string();
            volumes.push(Volume { topic, partitions: outline.partitions, records, bytes });
        }
    }
    Ok(volumes)
}

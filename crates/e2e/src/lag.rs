//! How much the services have still to do.

use anyhow::Result;
use vigie_runtime::{LogReader, Topic, TopicOutline, TopicPartition};
use vigie_schema::topics;

/// Each stream service's application with the topic it reads, in the order of the flow.
pub const FLOW: [(&str, &str); 3] = [
    ("vigie-tagger", topics::MENTIONS_RAW),
    ("vigie-detector", topics::COUNTS),
    ("vigie-scorer", topics::AUTHOR_EVENTS),
];

/// About how many records the stream services have still to process; zero only when nothing is on
/// its way.
///
/// # Errors
/// When the log cannot be asked.
pub fn lag(log: &dyn LogReader) -> Result<u64> {
    let outlines = log.topics()?;
    let mut lag = 0;
    for (application, input) in FLOW {
        let positions = log.positions(application)?;
        for partition in partitions_of(&outlines, input) {
            let committed = positions.iter().find(|committed| committed.partition == partition);
            let position = committed.map(|committed| committed.position).unwrap_or_default();
            lag += log.remaining(&partition, position)?;
        }
    }
    Ok(lag)
}

/// The partitions of a topic.
pub fn partitions_of(outlines: &[TopicOutline], topic: &str) -> Vec<TopicPartition> {
    let topic = Topic::new(topic);
    let outline = outlines.iter().find(|outline| outline.topic == topic);
    outline.into_iter().flat_map(TopicOutline::partitions).collect()
}

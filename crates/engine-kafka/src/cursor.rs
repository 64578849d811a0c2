//! One scan of one partition by a client that reads, and where it has come to.

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::topic_partition_list::{Offset as KafkaOffset, TopicPartitionListElem};
use vigie_runtime::{Position, ReadError, TopicPartition};

use crate::client::{ClusterError, Plain};

/// One scan of one partition.
pub(crate) struct Cursor {
    pub(crate) consumer: BaseConsumer<Plain>,
    pub(crate) partition: TopicPartition,
    pub(crate) next: Position,
    /// The end that it has met, where it is not assigned any more.
    pub(crate) met: Option<Position>,
}

impl Cursor {
    /// The end of the partition was met: markers after the last record are behind it as well. The
    /// broker is not asked any more until there is something to read.
    pub(crate) fn meet_end(&mut self) -> Result<(), ReadError> {
        let position = self.consumer.position().ok().and_then(|list| {
            let met = list.elements().first().map(TopicPartitionListElem::offset);
            met.and_then(KafkaOffset::to_raw)
        });
        let met = position.map_or(self.next, |offset| Position::new(offset.max(0) as u64));
        self.met = Some(met.max(self.next));
        let given_up = self.consumer.unassign();
        Ok(given_up.map_err(|error| ClusterError::new("stop reading", &error))?)
    }
}

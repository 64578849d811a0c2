//! Committed positions, and what their metadata says of the commit that made them.

use rdkafka::topic_partition_list::{Offset as KafkaOffset, TopicPartitionList};
use vigie_runtime::{CommittedPosition, Position, TopicPartition};
use vigie_types::EventTime;

use crate::names::TopicNames;

/// What an offset's metadata begins with: who wrote it, in which form.
const FORM: &str = "vigie/1";

/// A list of partitions as librdkafka takes it, without offsets.
pub(crate) fn list_of<'a>(
    partitions: impl IntoIterator<Item = &'a TopicPartition>,
    names: &TopicNames,
) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        let on_cluster = names.partition_on_cluster(partition);
        list.add_partition(on_cluster.topic.as_str(), on_cluster.partition.get() as i32);
    }
    list
}

/// The same with a position each.
pub(crate) fn positions_of<'a>(
    positions: impl IntoIterator<Item = (&'a TopicPartition, Position)>,
    names: &TopicNames,
) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for (partition, position) in positions {
        let on_cluster = names.partition_on_cluster(partition);
        let mut entry =
            list.add_partition(on_cluster.topic.as_str(), on_cluster.partition.get() as i32);
        entry
            .set_offset(KafkaOffset::Offset(position.get() as i64))
            .expect("a position is an offset that Kafka takes");
    }
    list
}

/// The positions of a commit, each with its metadata.
pub(crate) fn to_commit(positions: &[CommittedPosition], names: &TopicNames) -> TopicPartitionList {
    let list = positions.iter().map(|committed| (&committed.partition, committed.position));
    let list = positions_of(list, names);
    for committed in positions {
        let on_cluster = names.partition_on_cluster(&committed.partition);
        let topic = on_cluster.topic.as_str();
        if let Some(mut entry) = list.find_partition(topic, on_cluster.partition.get() as i32) {
            entry.set_metadata(metadata_of(committed));
        }
    }
    list
}

/// What a committed list says of a partition; none before its first commit.
pub(crate) fn committed_in(
    list: &TopicPartitionList,
    partition: &TopicPartition,
    names: &TopicNames,
) -> Result<Option<CommittedPosition>, String> {
    let on_cluster = names.partition_on_cluster(partition);
    let entry = list.find_partition(on_cluster.topic.as_str(), on_cluster.partition.get() as i32);
    let Some(entry) = entry else { return Ok(None) };
    entry.error().map_err(|error| error.to_string())?;
    let KafkaOffset::Offset(offset) = entry.offset() else { return Ok(None) };
    let (commit_number, stream_time) = read_metadata(entry.metadata()).ok_or_else(|| {
        format!(
            "the committed offset {offset} of {on_cluster} carries \"{}\", which vigie did not \
             write: another program has committed for this group",
            entry.metadata()
        )
    })?;
    Ok(Some(CommittedPosition {
        partition: partition.clone(),
        position: Position::new(offset as u64),
        commit_number,
        stream_time,
    }))
}

fn metadata_of(committed: &CommittedPosition) -> String {
    let CommittedPosition { commit_number, stream_time, .. } = committed;
    format!("{FORM} commit={commit_number} stream_time={}", stream_time.as_millis())
}

fn read_metadata(text: &str) -> Option<(u64, EventTime)> {
    let mut words = text.split(' ');
    (words.next() == Some(FORM)).then_some(())?;
    let commit = words.next()?.strip_prefix("commit=")?.parse().ok()?;
    let stream_time = words.next()?.strip_prefix("stream_time=")?.parse().ok()?;
    Some((commit, EventTime::from_millis(stream_time)))
}

#[cfg(test)]
mod tests {
    use vigie_runtime::{Partition, Topic};

    use super::*;

    #[test]
    fn a_commit_is_told_from_its_metadata() {
        let committed = CommittedPosition {
            partition: TopicPartition::new(&Topic::new("counts.v1"), Partition::new(3)),
            position: Position::new(7),
            commit_number: 41,
            stream_time: EventTime::from_millis(-5),
        };
        let names = TopicNames::new(2, Vec::new());
        let list = to_commit(std::slice::from_ref(&committed), &names);
        assert_eq!(list.elements()[0].topic(), "counts.v1-a2");
        let read = committed_in(&list, &committed.partition, &names);
        assert_eq!(read, Ok(Some(committed.clone())));
        let other = TopicPartition::new(&committed.partition.topic, Partition::new(0));
        assert_eq!(committed_in(&list, &other, &names), Ok(None));
        assert_eq!(read_metadata(""), None);
        assert_eq!(read_metadata("vigie/1 commit=x stream_time=0"), None);
    }
}

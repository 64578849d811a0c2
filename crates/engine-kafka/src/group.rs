//! Who is in a group and owns which partitions, as the group's coordinator describes it.

use std::collections::BTreeMap;

use vigie_runtime::{Partition, Topic, TopicPartition};

use crate::identity::Identity;
use crate::names::TopicNames;

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What it calls itself.
    pub client_id: String,
    /// Where it answers requests, if it says so.
    pub address: Option<String>,
    /// What it owns; nothing while the group is rebalancing.
    pub partitions: Vec<TopicPartition>,
}

impl Member {
    /// A member with the assignment that the coordinator holds for it.
    pub(crate) fn new(client_id: &str, assignment: &[u8], names: &TopicNames) -> Self {
        let ours = |(topic, numbers): (&String, &Vec<u32>)| {
            let topic = names.of_cluster(topic)?;
            Some(numbers.iter().map(move |number| at(&topic, *number)).collect::<Vec<_>>())
        };
        let assigned = read_assignment(assignment).unwrap_or_default();
        Self {
            client_id: client_id.into(),
            address: Identity::address_of(client_id).map(ToOwned::to_owned),
            partitions: assigned.iter().filter_map(ours).flatten().collect(),
        }
    }
}

fn at(topic: &Topic, number: u32) -> TopicPartition {
    TopicPartition::new(topic, Partition::new(number))
}

/// Reads an assignment: version, then per topic its name and its partitions, all big-endian.
///
/// Source: Kafka's `ConsumerProtocolAssignment.json`.
fn read_assignment(bytes: &[u8]) -> Option<BTreeMap<String, Vec<u32>>> {
    let mut rest = bytes.get(2..)?;
    let mut assigned = BTreeMap::new();
    for _ in 0..take_i32(&mut rest)? {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let length = usize::try_from(i16::from_be_bytes(*length)).ok()?;
        let (name, after) = after.split_at_checked(length)?;
        rest = after;
        let mut numbers = Vec::new();
        for _ in 0..take_i32(&mut rest)? {
            numbers.push(u32::try_from(take_i32(&mut rest)?).ok()?);
        }
        assigned.insert(String::from_utf8(name.to_vec()).ok()?, numbers);
    }
    Some(assigned)
}

fn take_i32(rest: &mut &[u8]) -> Option<i32> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(i32::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_read_and_rubbish_owns_nothing() {
        let mut bytes = vec![0, 3, 0, 0, 0, 1, 0, 3];
        bytes.extend_from_slice(b"a.1");
        bytes.extend_from_slice(&[0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 7, 255, 255, 255, 255]);
        let names = TopicNames::new(1, Vec::new());
        let member = Member::new("x@host:1", &bytes, &names);
        let topic = Topic::new("a.1");
        assert_eq!(member.partitions, vec![at(&topic, 5), at(&topic, 7)]);
        assert_eq!(member.address.as_deref(), Some("host:1"));
        for cut in 0..bytes.len() - 4 {
            assert!(Member::new("x", &bytes[..cut], &names).partitions.is_empty(), "{cut}");
        }
    }
}

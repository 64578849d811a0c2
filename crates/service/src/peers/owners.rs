//! Who owns which partitions of a service's input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use vigie_engine_kafka::KafkaLog;
use vigie_runtime::{Layout, Partition, Topic};
use vigie_types::{Millis, WallTime};

use crate::pipeline::{APPLICATION, Boards, Role};

/// How long what a group's coordinator said is believed: as long as a heartbeat, which is how long
/// members take to learn of a change themselves.
const BELIEVED: Millis = Millis::seconds(3);

/// A member of a service's group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Where it answers, if it tells.
    pub address: Option<String>,
    /// The numbers of the input's partitions that it owns.
    pub partitions: BTreeSet<Partition>,
}

/// Who owns what cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OwnersError(pub String);

/// Who owns which partitions.
pub trait Owners: Send + Sync {
    /// Of a service's input what this process owns and has restored.
    fn here(&self, service: Role) -> BTreeSet<Partition>;

    /// Every member of a service's group. Nobody owns a partition while the group rebalances.
    ///
    /// # Errors
    /// When the group's coordinator does not answer.
    fn everywhere(&self, service: Role) -> Result<Vec<Owner>, OwnersError>;
}

/// The topic whose partitions are owned; ingest owns none.
pub(crate) const fn input_of(service: Role) -> Option<&'static str> {
    match service {
        Role::Ingest => None,
        Role::Tagger => Some(vigie_tagger::topology::INPUT),
        Role::Detector => Some(vigie_detector::topology::INPUT),
        Role::Scorer => Some(vigie_scorer::topology::INPUT),
    }
}

/// Nobody else: everything is here, as in a log that is read at rest.
#[derive(Clone, Debug)]
pub struct Alone {
    layout: Layout,
}

impl Alone {
    /// All partitions of the layout are here.
    pub const fn new(layout: Layout) -> Self {
        Self { layout }
    }
}

impl Owners for Alone {
    fn here(&self, service: Role) -> BTreeSet<Partition> {
        let input = input_of(service).map(Topic::new);
        let count = input.and_then(|input| self.layout.get(&input).copied()).unwrap_or(0);
        (0..count).map(Partition::new).collect()
    }

    fn everywhere(&self, _service: Role) -> Result<Vec<Owner>, OwnersError> {
        Ok(Vec::new())
    }
}

/// What this process owns is on its boards; a cluster's group tells who owns the rest.
pub(crate) struct BoardOwners {
    boards: Boards,
    cluster: Option<Arc<KafkaLog>>,
}

impl BoardOwners {
    /// Without a cluster there are no others.
    pub(crate) const fn new(boards: Boards, cluster: Option<Arc<KafkaLog>>) -> Self {
        Self { boards, cluster }
    }
}

impl Owners for BoardOwners {
    fn here(&self, service: Role) -> BTreeSet<Partition> {
        match service {
            Role::Ingest => BTreeSet::new(),
            Role::Tagger => self.boards.tagger.partitions(),
            Role::Detector => self.boards.detector.partitions(),
            Role::Scorer => self.boards.scorer.partitions(),
        }
    }

    fn everywhere(&self, service: Role) -> Result<Vec<Owner>, OwnersError> {
        let (Some(cluster), Some(input)) = (&self.cluster, input_of(service)) else {
            return Ok(Vec::new());
        };
        let members = cluster.members(&format!("{APPLICATION}-{}", service.name()));
        let members = members.map_err(|error| OwnersError(error.to_string()))?;
        let owner = |member: vigie_engine_kafka::Member| {
            let of_input = member
                .partitions
                .iter()
                .filter(|partition| partition.topic.as_str() == input)
                .map(|partition| partition.partition);
            Owner { partitions: of_input.collect(), address: member.address }
        };
        Ok(members.into_iter().map(owner).collect())
    }
}

/// What is known of owners, and when it was asked.
type Known = BTreeMap<Role, (WallTime, Vec<Owner>)>;

/// Owners as they were told within the last seconds.
pub(crate) struct KnownOwners {
    owners: Arc<dyn Owners>,
    known: Mutex<Known>,
}

impl KnownOwners {
    /// Nothing is known yet.
    pub(crate) fn new(owners: Arc<dyn Owners>) -> Self {
        Self { owners, known: Mutex::default() }
    }

    /// What this process owns, as it is.
    pub(crate) fn here(&self, service: Role) -> BTreeSet<Partition> {
        self.owners.here(service)
    }

    /// Every member as told within the last seconds, and whether that was just now.
    ///
    /// # Errors
    /// When they have to be asked for and cannot be.
    pub(crate) fn everywhere(
        &self,
        service: Role,
        now: WallTime,
    ) -> Result<(Vec<Owner>, bool), OwnersError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, owners)) = known.get(&service) {
            // A clock that was set back must not make old news last.
            let age = now - *at;
            if age >= Millis::ZERO && age < BELIEVED {
                return Ok((owners.clone(), false));
            }
        }
        drop(known);
        Ok((self.ask(service, now)?, true))
    }

    /// Every member as told now.
    ///
    /// # Errors
    /// When they cannot be asked for.
    pub(crate) fn ask(&self, service: Role, now: WallTime) -> Result<Vec<Owner>, OwnersError> {
        let owners = self.owners.everywhere(service)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(service, (now, owners.clone()));
        Ok(owners)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts how often it is asked.
    #[derive(Default)]
    struct Counting(AtomicU64);

    impl Owners for Counting {
        fn here(&self, _service: Role) -> BTreeSet<Partition> {
            BTreeSet::new()
        }

        fn everywhere(&self, _service: Role) -> Result<Vec<Owner>, OwnersError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Vec::new())
        }
    }

    #[test]
    fn owners_are_believed_for_seconds_and_not_after_the_clock_was_set_back() {
        let counting = Arc::new(Counting::default());
        let known = KnownOwners::new(Arc::clone(&counting) as Arc<dyn Owners>);
        let looks =
            [(10_000, true), (12_999, false), (13_000, true), (9_000, true), (9_001, false)];
        for (at, expected) in looks {
            let before = counting.0.load(Ordering::Relaxed);
            let at = WallTime::from_millis(at);
            let (_, is_new) = known.everywhere(Role::Scorer, at).expect("told");
            let was_asked = counting.0.load(Ordering::Relaxed) > before;
            assert_eq!((is_new, was_asked), (expected, expected), "{at}");
        }
    }
}

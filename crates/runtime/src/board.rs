//! The board: committed state and progress of every partition a process holds of one processor,
//! for readers such as the HTTP API. Readers see committed state only.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::processor::{StoreKey, StoreValue};
use crate::progress::TaskProgress;
use crate::record::Partition;
use crate::store::Committed;

/// What the tasks of one processor have committed.
#[derive(Debug)]
pub struct Board<K: StoreKey, S> {
    partitions: RwLock<BTreeMap<Partition, Posted<K, S>>>,
}

#[derive(Debug)]
struct Posted<K: StoreKey, S> {
    states: Committed<K, S>,
    progress: TaskProgress,
}

impl<K: StoreKey, S: StoreValue> Default for Board<K, S> {
    fn default() -> Self {
        Self { partitions: RwLock::new(BTreeMap::new()) }
    }
}

impl<K: StoreKey, S: StoreValue> Board<K, S> {
    /// The committed state of `key`, whichever partition holds it.
    pub fn get(&self, key: &K) -> Option<S> {
        let partitions = self.partitions.read().unwrap_or_else(PoisonError::into_inner);
        partitions.values().find_map(|posted| posted.states.get(key).map(|state| state.clone()))
    }

    /// The committed progress of each partition held.
    pub fn progress(&self) -> BTreeMap<Partition, TaskProgress> {
        let partitions = self.partitions.read().unwrap_or_else(PoisonError::into_inner);
        partitions.iter().map(|(partition, posted)| (*partition, posted.progress.clone())).collect()
    }

    /// Calls `visit` with every committed state, partition by partition, in no particular order
    /// within one.
    pub fn for_each(&self, mut visit: impl FnMut(&K, &S)) {
        let partitions = self.partitions.read().unwrap_or_else(PoisonError::into_inner);
        for posted in partitions.values() {
            for entry in posted.states.iter() {
                visit(entry.key(), entry.value());
            }
        }
    }

    /// How many keys have a state.
    pub fn len(&self) -> usize {
        let partitions = self.partitions.read().unwrap_or_else(PoisonError::into_inner);
        partitions.values().map(|posted| posted.states.len()).sum()
    }

    /// Whether no key has a state.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Begins a partition with empty state.
    pub(crate) fn open(&self, partition: Partition) -> Committed<K, S> {
        let states: Committed<K, S> = Arc::default();
        let posted = Posted { states: Arc::clone(&states), progress: TaskProgress::new() };
        let mut partitions = self.partitions.write().unwrap_or_else(PoisonError::into_inner);
        partitions.insert(partition, posted);
        states
    }

    /// Posts the progress of a commit, unless another task has opened the partition since.
    pub(crate) fn post(
        &self,
        partition: Partition,
        states: &Committed<K, S>,
        progress: &TaskProgress,
    ) {
        let mut partitions = self.partitions.write().unwrap_or_else(PoisonError::into_inner);
        let posted = partitions.get_mut(&partition);
        if let Some(posted) = posted.filter(|posted| Arc::ptr_eq(&posted.states, states)) {
            posted.progress.clone_from(progress);
        }
    }

    /// Puts a partition up that is held as before: another thread of the process may have opened it
    /// since, and taken it down again.
    pub(crate) fn put_back(
        &self,
        partition: Partition,
        states: &Committed<K, S>,
        progress: &TaskProgress,
    ) {
        let posted = Posted { states: Arc::clone(states), progress: progress.clone() };
        self.partitions
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(partition, posted);
    }

    /// Takes a partition down, unless another task has opened it since: two threads of one process
    /// hand a partition over in either order.
    pub(crate) fn close(&self, partition: Partition, states: &Committed<K, S>) {
        let mut partitions = self.partitions.write().unwrap_or_else(PoisonError::into_inner);
        if partitions.get(&partition).is_some_and(|posted| Arc::ptr_eq(&posted.states, states)) {
            partitions.remove(&partition);
        }
    }
}

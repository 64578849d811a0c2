//! The board: committed state and progress of every partition a process holds of one processor,
//! for readers such as the HTTP API. Readers see committed state only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use crate::processor::{StoreKey, StoreValue};
use crate::progress::TaskProgress;
use crate::record::Partition;
use crate::store::Committed;

/// What the tasks of one processor have committed.
#[derive(Debug)]
pub struct Board<K: StoreKey, S> {
    partitions: RwLock<Partitions<K, S>>,
}

type Partitions<K, S> = BTreeMap<Partition, Posted<K, S>>;

#[derive(Debug)]
struct Posted<K: StoreKey, S> {
    states: Committed<K, S>,
    /// None until the partition is restored: before that its states are of no one moment.
    progress: Option<TaskProgress>,
}

/// The partition is not ours, or not restored: whoever owns it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHeld;

impl<K: StoreKey, S: StoreValue> Default for Board<K, S> {
    fn default() -> Self {
        Self { partitions: RwLock::new(BTreeMap::new()) }
    }
}

impl<K: StoreKey, S: StoreValue> Board<K, S> {
    /// The committed state of `key`, whichever partition holds it.
    pub fn get(&self, key: &K) -> Option<S> {
        let partitions = self.read();
        let mut restored = partitions.values().filter(|posted| posted.is_restored());
        restored.find_map(|posted| posted.states.get(key).map(|state| state.clone()))
    }

    /// The committed state of a key that belongs to `partition`.
    ///
    /// # Errors
    /// When the partition is not held, so that no state says nothing.
    pub fn get_in(&self, partition: Partition, key: &K) -> Result<Option<S>, NotHeld> {
        let partitions = self.read();
        let posted = partitions.get(&partition).filter(|posted| posted.is_restored());
        let states = &posted.ok_or(NotHeld)?.states;
        Ok(states.get(key).map(|state| state.clone()))
    }

    /// The partitions that are held: owned and restored.
    pub fn partitions(&self) -> BTreeSet<Partition> {
        self.progress().into_keys().collect()
    }

    /// How many partitions are owned and not restored yet.
    pub fn restoring(&self) -> usize {
        self.read().values().filter(|posted| !posted.is_restored()).count()
    }

    /// The committed progress of each partition held.
    pub fn progress(&self) -> BTreeMap<Partition, TaskProgress> {
        let partitions = self.read();
        let progress = |(partition, posted): (&Partition, &Posted<K, S>)| {
            Some((*partition, posted.progress.clone()?))
        };
        partitions.iter().filter_map(progress).collect()
    }

    /// Calls `visit` with every committed state, partition by partition, in no particular order
    /// within one.
    pub fn for_each(&self, mut visit: impl FnMut(&K, &S)) {
        for partition in self.partitions() {
            // One that was given up since is no longer among the states held.
            let _ = self.for_each_in(partition, &mut visit);
        }
    }

    /// Calls `visit` with every committed state of a partition, in no particular order. Commits go
    /// on meanwhile.
    ///
    /// # Errors
    /// When the partition is not held, or was given up meanwhile: what was visited is not the
    /// whole then.
    pub fn for_each_in(
        &self,
        partition: Partition,
        mut visit: impl FnMut(&K, &S),
    ) -> Result<(), NotHeld> {
        let held = || {
            let partitions = self.read();
            let posted = partitions.get(&partition).filter(|posted| posted.is_restored());
            posted.map(|posted| Arc::clone(&posted.states)).ok_or(NotHeld)
        };
        let states = held()?;
        for entry in states.iter() {
            visit(entry.key(), entry.value());
        }
        if Arc::ptr_eq(&states, &held()?) { Ok(()) } else { Err(NotHeld) }
    }

    /// How many keys have a state.
    pub fn len(&self) -> usize {
        let partitions = self.read();
        let restored = partitions.values().filter(|posted| posted.is_restored());
        restored.map(|posted| posted.states.len()).sum()
    }

    /// Whether no key has a state.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Begins a partition with empty state, held once progress is posted.
    pub(crate) fn open(&self, partition: Partition) -> Committed<K, S> {
        let states: Committed<K, S> = Arc::default();
        let posted = Posted { states: Arc::clone(&states), progress: None };
        let mut partitions = self.partitions.write().unwrap_or_else(PoisonError::into_inner);
        partitions.insert(partition, posted);
        states
    }

    /// Posts the progress of a restore or a commit, unless another task has opened the partition
    /// since.
    pub(crate) fn post(
        &self,
        partition: Partition,
        states: &Committed<K, S>,
        progress: &TaskProgress,
    ) {
        let mut partitions = self.partitions.write().unwrap_or_else(PoisonError::into_inner);
        let posted = partitions.get_mut(&partition);
        if let Some(posted) = posted.filter(|posted| Arc::ptr_eq(&posted.states, states)) {
            posted.progress = Some(progress.clone());
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
        let posted = Posted { states: Arc::clone(states), progress: Some(progress.clone()) };
        self.partitions.write().unwrap_or_else(PoisonError::into_inner).insert(partition, posted);
    }

    /// Takes a partition down, unless another task has opened it since: two threads of one process
    /// hand a partition over in either order.
    pub(crate) fn close(&self, partition: Partition, states: &Committed<K, S>) {
        let mut partitions = self.partitions.write().unwrap_or_else(PoisonError::into_inner);
        if partitions.get(&partition).is_some_and(|posted| Arc::ptr_eq(&posted.states, states)) {
            partitions.remove(&partition);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Partitions<K, S>> {
        self.partitions.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: StoreKey, S> Posted<K, S> {
    const fn is_restored(&self) -> bool {
        self.progress.is_some()
    }
}

//! A keyed state store: a committed map that others may read, and a staged overlay that only the
//! task sees. Publishing moves the overlay into the map; rolling back drops it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

/// Committed state, shared with readers.
pub(crate) type Committed<K, S> = Arc<DashMap<K, S, FxBuildHasher>>;

/// One partition's state of one processor.
#[derive(Debug)]
pub(crate) struct Store<K: Eq + std::hash::Hash, S> {
    committed: Committed<K, S>,
    staged: HashMap<K, Option<S>, FxBuildHasher>,
}

impl<K: Clone + Eq + Ord + std::hash::Hash, S: Clone> Store<K, S> {
    pub(crate) fn new(committed: Committed<K, S>) -> Self {
        Self { committed, staged: HashMap::default() }
    }

    /// The committed state, as readers share it.
    pub(crate) const fn committed(&self) -> &Committed<K, S> {
        &self.committed
    }

    /// Calls `read` with the state of `key` as this commit sees it.
    pub(crate) fn with<R>(&self, key: &K, read: impl FnOnce(Option<&S>) -> R) -> R {
        match self.staged.get(key) {
            Some(staged) => read(staged.as_ref()),
            None => match self.committed.get(key) {
                Some(committed) => read(Some(committed.value())),
                None => read(None),
            },
        }
    }

    /// Calls `read` with the committed state of `key`.
    pub(crate) fn with_committed<R>(&self, key: &K, read: impl FnOnce(Option<&S>) -> R) -> R {
        match self.committed.get(key) {
            Some(committed) => read(Some(committed.value())),
            None => read(None),
        }
    }

    /// Stages a change.
    pub(crate) fn stage(&mut self, key: K, state: Option<S>) {
        match self.staged.entry(key) {
            Entry::Occupied(mut entry) => *entry.get_mut() = state,
            Entry::Vacant(entry) => {
                entry.insert(state);
            }
        }
    }

    /// How many keys are staged.
    pub(crate) fn staged_len(&self) -> usize {
        self.staged.len()
    }

    /// The staged changes in key order, so that a changelog does not depend on hashing.
    pub(crate) fn staged(&self) -> Vec<(&K, Option<&S>)> {
        #[expect(clippy::iter_over_hash_type, reason = "sorted right below")]
        let mut entries: Vec<_> = {
            let mut entries = Vec::with_capacity(self.staged.len());
            for (key, state) in &self.staged {
                entries.push((key, state.as_ref()));
            }
            entries
        };
        entries.sort_unstable_by_key(|entry| entry.0);
        entries
    }

    /// Makes the staged changes the committed state.
    pub(crate) fn publish(&mut self) {
        #[expect(clippy::iter_over_hash_type, reason = "keys are distinct, the order is invisible")]
        for (key, state) in self.staged.drain() {
            match state {
                Some(state) => {
                    self.committed.insert(key, state);
                }
                None => {
                    self.committed.remove(&key);
                }
            }
        }
    }

    /// Drops the staged changes and returns their keys.
    pub(crate) fn roll_back(&mut self) -> Vec<K> {
        let mut keys: Vec<K> = self.staged.drain().map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys
    }

    /// Puts one restored entry.
    pub(crate) fn restore(&self, key: K, state: S) {
        self.committed.insert(key, state);
    }

    /// Removes one restored entry.
    pub(crate) fn restore_tombstone(&self, key: &K) {
        self.committed.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_see_a_change_only_after_it_is_published() {
        let committed: Committed<&str, i32> = Arc::default();
        let mut store = Store::new(Arc::clone(&committed));
        store.stage("a", Some(1));
        assert!(store.with(&"a", |state| state == Some(&1)));
        assert!(committed.get("a").is_none());
        store.publish();
        assert_eq!(committed.get("a").map(|state| *state), Some(1));
        store.stage("a", None);
        assert!(store.with(&"a", |state| state.is_none()));
        assert_eq!(store.roll_back(), vec!["a"]);
        assert!(store.with(&"a", |state| state == Some(&1)));
    }
}

//! Timers: an index over what the states of a store ask for, rebuilt from them, never stored.

use std::collections::{BTreeSet, HashMap};

use rustc_hash::FxBuildHasher;
use vigie_types::EventTime;

/// Which key wants to be woken when; one timer per key.
#[derive(Debug)]
pub(crate) struct TimerIndex<K> {
    by_time: BTreeSet<(EventTime, K)>,
    by_key: HashMap<K, EventTime, FxBuildHasher>,
}

impl<K: Clone + Ord + std::hash::Hash> TimerIndex<K> {
    pub(crate) fn new() -> Self {
        Self { by_time: BTreeSet::new(), by_key: HashMap::default() }
    }

    /// Replaces the timer of `key`.
    pub(crate) fn set(&mut self, key: &K, at: Option<EventTime>) {
        let previous = match at {
            Some(at) => self.by_key.insert(key.clone(), at),
            None => self.by_key.remove(key),
        };
        if previous == at {
            return;
        }
        if let Some(previous) = previous {
            self.by_time.remove(&(previous, key.clone()));
        }
        if let Some(at) = at {
            self.by_time.insert((at, key.clone()));
        }
    }

    /// When `key` wants to be woken.
    pub(crate) fn of(&self, key: &K) -> Option<EventTime> {
        self.by_key.get(key).copied()
    }

    /// The earliest timer that is due at `watermark`, ties by key.
    pub(crate) fn due(&self, watermark: EventTime) -> Option<(EventTime, K)> {
        self.by_time.first().filter(|(at, _)| *at <= watermark).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fire_by_time_then_key_and_the_last_one_set_counts() {
        let at = EventTime::from_millis;
        let mut timers = TimerIndex::new();
        timers.set(&"b", Some(at(5)));
        timers.set(&"a", Some(at(5)));
        timers.set(&"c", Some(at(1)));
        timers.set(&"c", Some(at(9)));
        assert_eq!(timers.due(at(4)), None);
        assert_eq!(timers.due(at(5)), Some((at(5), "a")));
        timers.set(&"a", None);
        assert_eq!(timers.due(at(5)), Some((at(5), "b")));
    }
}

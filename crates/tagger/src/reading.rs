//! A reading: the counts of a mention as its source read them at one moment.
//!
//! Guarantees: of two readings it is told which one is news, in the same way in every run.
//!
//! Refuses: to keep the counts themselves. Whether they changed is all that is asked.

use serde::{Deserialize, Serialize};
use vigie_types::{Counts, EventTime};
use xxhash_rust::xxh3::Xxh3;

/// What is remembered of the counts that a mention was last judged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reading {
    as_of: Option<EventTime>,
    hash: u32,
}

impl Reading {
    /// The reading of these counts; none where the source tells no count.
    pub(crate) fn of(counts: &Counts) -> Option<Self> {
        let Counts { likes, replies, reposts, quotes, views, as_of } = *counts;
        let counts = [likes, replies, reposts, quotes, views];
        if counts.iter().all(Option::is_none) {
            return None;
        }
        let mut hash = Xxh3::new();
        for count in counts {
            hash.update(&[u8::from(count.is_some())]);
            hash.update(&count.unwrap_or_default().to_le_bytes());
        }
        Some(Self { as_of, hash: hash.digest() as u32 })
    }

    /// Whether this says something else than `known` and is not older. What does not tell its time
    /// is older than what does; where neither does, what comes later is newer.
    pub(crate) fn is_newer_than(self, known: Option<Self>) -> bool {
        known.is_none_or(|known| self.hash != known.hash && self.as_of >= known.as_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(likes: u64, as_of: Option<i64>) -> Option<Reading> {
        let as_of = as_of.map(EventTime::from_millis);
        Reading::of(&Counts { likes: Some(likes), as_of, ..Counts::default() })
    }

    #[test]
    fn other_counts_are_newer_unless_they_are_older() {
        for (known, next, expected) in [
            (reading(1, Some(5)), reading(2, Some(6)), true),
            (reading(1, Some(5)), reading(2, Some(5)), true),
            (reading(1, Some(5)), reading(2, Some(4)), false),
            (reading(1, Some(5)), reading(1, Some(6)), false),
            (reading(1, Some(5)), reading(2, None), false),
            (reading(1, None), reading(2, Some(4)), true),
            (reading(1, None), reading(2, None), true),
            (reading(1, None), reading(1, None), false),
            (None, reading(0, None), true),
        ] {
            let next = next.expect("counts");
            assert_eq!(next.is_newer_than(known), expected, "{known:?} {next:?}");
        }
    }

    #[test]
    fn no_count_is_no_reading_and_zero_is_not_unknown() {
        let as_of = Some(EventTime::from_millis(5));
        assert_eq!(Reading::of(&Counts { as_of, ..Counts::default() }), None);
        let zero = Counts { replies: Some(0), ..Counts { likes: Some(1), ..Counts::default() } };
        let unknown = Counts { likes: Some(1), ..Counts::default() };
        assert_ne!(Reading::of(&zero), Reading::of(&unknown));
    }
}

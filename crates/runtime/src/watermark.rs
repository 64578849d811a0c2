//! Watermarks: from the floors of sources in a raw partition, or from the watermarks of upstream
//! partitions in a derived one. Both are functions of the log alone and never fall.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_types::{EventTime, Millis, WallTime};

use crate::processor::{Lateness, Progress, Standing};
use crate::record::Partition;

/// How long a live source may be unheard, by the other sources' clocks, before it is set aside.
pub const SILENCE: Millis = Millis::seconds(30);

/// The most sources one partition follows; each costs about a hundred bytes of every commit.
pub const MAXIMUM_SOURCES: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct OpenSource {
    floor: EventTime,
    heard_at: WallTime,
    live: bool,
}

/// What a partition knows of event time; part of its task's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watermark {
    value: EventTime,
    open: BTreeMap<String, OpenSource>,
    highest_end: EventTime,
    last_heard_at: WallTime,
    upstream: Vec<EventTime>,
}

/// A signal that contradicts what the partition has seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WatermarkError {
    /// The upstream topic has another number of partitions than before.
    #[error(
        "an upstream watermark speaks of {found} partitions, this application version began with \
         {expected}: start a new application version"
    )]
    UpstreamCount {
        /// In the record.
        found: u32,
        /// In the state.
        expected: usize,
    },
    /// A partition number beyond the upstream topic's.
    #[error("an upstream watermark names partition {partition} of {of}")]
    UpstreamPartition {
        /// In the record.
        partition: Partition,
        /// In the record.
        of: u32,
    },
    /// More sources than [`MAXIMUM_SOURCES`].
    #[error(
        "more than {MAXIMUM_SOURCES} open sources in one partition, the last is \"{source_id}\""
    )]
    TooManySources {
        /// The source that was one too many.
        source_id: String,
    },
}

impl Watermark {
    pub(crate) const fn new() -> Self {
        Self {
            value: EventTime::MIN,
            open: BTreeMap::new(),
            highest_end: EventTime::MIN,
            last_heard_at: WallTime::MIN,
            upstream: Vec::new(),
        }
    }

    /// Below this, a record is late.
    pub(crate) const fn value(&self) -> EventTime {
        self.value
    }

    /// Whether a record of this time is late: below its own floor or the watermark, unless that was
    /// decided upstream.
    pub(crate) fn is_late(
        &self,
        event_time: EventTime,
        lateness: Lateness,
        progress: &Progress<'_>,
    ) -> bool {
        match lateness {
            Lateness::Stamped { late } => late,
            Lateness::Decided => {
                let below_floor = match *progress {
                    Progress::Source { floor, .. } => event_time < floor,
                    Progress::None | Progress::Upstream { .. } => false,
                };
                below_floor || event_time < self.value
            }
        }
    }

    /// Takes one record's part in time; true when the watermark rose.
    pub(crate) fn advance(&mut self, progress: &Progress<'_>) -> Result<bool, WatermarkError> {
        let candidate = match *progress {
            Progress::None => return Ok(false),
            Progress::Source { source, floor, heard_at, standing } => {
                self.hear(source, floor, heard_at, standing)?;
                self.lowest_floor()
            }
            Progress::Upstream { partition, of, watermark } => {
                self.hear_upstream(partition, of, watermark)?;
                self.upstream.iter().copied().min()
            }
        };
        let rose = candidate.is_some_and(|candidate| candidate > self.value);
        if let (true, Some(candidate)) = (rose, candidate) {
            self.value = candidate;
        }
        Ok(rose)
    }

    fn hear(
        &mut self,
        source: &str,
        floor: EventTime,
        heard_at: WallTime,
        standing: Standing,
    ) -> Result<(), WatermarkError> {
        self.last_heard_at = self.last_heard_at.max(heard_at);
        let live = match standing {
            Standing::Backfill => return Ok(()),
            Standing::Ended => {
                self.open.remove(source);
                self.highest_end = self.highest_end.max(floor);
                return Ok(());
            }
            Standing::Live => true,
            Standing::Bounded => false,
        };
        if let Some(known) = self.open.get_mut(source) {
            known.floor = known.floor.max(floor);
            known.heard_at = known.heard_at.max(heard_at);
            return Ok(());
        }
        if self.open.len() >= MAXIMUM_SOURCES {
            return Err(WatermarkError::TooManySources { source_id: source.into() });
        }
        self.open.insert(source.into(), OpenSource { floor, heard_at, live });
        Ok(())
    }

    /// The lowest floor of the sources that take part; the highest end when none is left.
    fn lowest_floor(&self) -> Option<EventTime> {
        let silent_before = self.last_heard_at - SILENCE;
        let mut taking_part =
            self.open.values().filter(|source| !source.live || source.heard_at >= silent_before);
        match taking_part.next() {
            Some(first) => {
                Some(taking_part.fold(first.floor, |lowest, source| lowest.min(source.floor)))
            }
            None if self.open.is_empty() => Some(self.highest_end),
            None => None,
        }
    }

    fn hear_upstream(
        &mut self,
        partition: Partition,
        of: u32,
        watermark: EventTime,
    ) -> Result<(), WatermarkError> {
        if self.upstream.is_empty() {
            self.upstream = vec![EventTime::MIN; of as usize];
        }
        if self.upstream.len() != of as usize {
            return Err(WatermarkError::UpstreamCount { found: of, expected: self.upstream.len() });
        }
        match self.upstream.get_mut(partition.get() as usize) {
            Some(known) => {
                *known = (*known).max(watermark);
                Ok(())
            }
            None => Err(WatermarkError::UpstreamPartition { partition, of }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, floor: i64, heard_at: i64, standing: Standing) -> Progress<'_> {
        Progress::Source {
            source: name,
            floor: EventTime::from_millis(floor),
            heard_at: WallTime::from_millis(heard_at),
            standing,
        }
    }

    fn check(signals: &[Progress<'_>], expected: i64) {
        let mut watermark = Watermark::new();
        for signal in signals {
            watermark.advance(signal).expect("accepted");
        }
        assert_eq!(watermark.value(), EventTime::from_millis(expected));
    }

    #[test]
    fn the_lowest_floor_of_the_open_sources_counts() {
        use Standing::{Bounded, Ended, Live};
        check(&[source("a", 5, 0, Bounded), source("b", 3, 0, Live)], 5);
        check(
            &[source("a", 5, 0, Bounded), source("b", 3, 0, Live), source("a", 9, 1, Bounded)],
            5,
        );
        check(
            &[source("a", 5, 0, Bounded), source("b", 7, 0, Live), source("a", 9, 1, Bounded)],
            7,
        );
        check(&[source("a", 5, 0, Bounded), source("a", 8, 0, Ended)], 8);
    }

    #[test]
    fn a_live_source_unheard_for_thirty_seconds_of_the_others_is_set_aside() {
        use Standing::{Bounded, Live};
        check(&[source("b", 3, 0, Live), source("a", 5, 30_000, Bounded)], 3);
        check(&[source("b", 3, 0, Live), source("a", 5, 30_001, Bounded)], 5);
    }

    #[test]
    fn a_backfill_never_moves_time() {
        check(&[source("a", 5, 0, Standing::Backfill)], i64::MIN);
    }

    #[test]
    fn an_unseen_upstream_partition_holds_the_watermark() {
        let upstream = |partition, watermark| Progress::Upstream {
            partition: Partition::new(partition),
            of: 2,
            watermark: EventTime::from_millis(watermark),
        };
        check(&[upstream(0, 9)], i64::MIN);
        check(&[upstream(0, 9), upstream(1, 4)], 4);
        check(&[upstream(0, 9), upstream(1, 4), upstream(1, 20)], 9);
    }

    #[test]
    fn another_number_of_upstream_partitions_is_refused() {
        let mut watermark = Watermark::new();
        let upstream = |of| Progress::Upstream {
            partition: Partition::new(0),
            of,
            watermark: EventTime::from_millis(1),
        };
        watermark.advance(&upstream(2)).expect("accepted");
        assert!(matches!(
            watermark.advance(&upstream(3)),
            Err(WatermarkError::UpstreamCount { found: 3, expected: 2 })
        ));
    }
}

//! Floors: a source's promise that nothing on time lies below. Pure.
//!
//! Guarantees: a file's floor never falls, and depends on the order of the file alone, so that what
//! is late in one run is late in every run.

use vigie_types::{EventTime, Millis, WallTime};

use crate::clock::Stamped;

/// How far out of order the lines of a file may be unless it is stated otherwise: exports sorted by
/// day or by fetch, rather than by time, are mostly in order within the hour.
pub const DEFAULT_DISORDER: Millis = Millis::hours(1);

/// The floor of a file: the highest event time read, less the stated disorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFloor {
    disorder: Millis,
    highest: Option<EventTime>,
}

impl FileFloor {
    /// The floor of a file whose lines are at most `disorder` out of order, going on from the
    /// highest event time read before a restart.
    pub const fn new(disorder: Millis, highest: Option<EventTime>) -> Self {
        Self { disorder, highest }
    }

    /// Takes the time of a line in; what was clamped says nothing of how far the file has come.
    pub fn observe(&mut self, stamped: Stamped) {
        self.highest = self.highest.max(stamped.raises_floor_to());
    }

    /// The highest event time read; to be kept with the checkpoint.
    pub const fn highest(&self) -> Option<EventTime> {
        self.highest
    }

    /// Below this nothing on time will follow; a line's own floor is the one before it was
    /// observed.
    pub fn floor(&self) -> EventTime {
        self.highest.map_or(EventTime::MIN, |highest| highest - self.disorder)
    }

    /// The last floor, once the file has ended: the end of the bucket of its highest event time, so
    /// that this bucket closes. None if no line told a time.
    pub fn last_floor(&self) -> Option<EventTime> {
        self.highest.map(|highest| highest.bucket().end())
    }
}

/// The floor of a live source: the clock's reading less the delay that the source states.
pub fn live_floor(clock: WallTime, delay: Millis) -> EventTime {
    clock.as_event_time() - delay
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: WallTime = WallTime::from_millis(100_000_000);

    fn stamped(millis: i64) -> Stamped {
        Stamped::new(Some(EventTime::from_millis(millis)), NOW)
    }

    #[test]
    fn a_files_floor_follows_its_highest_time_and_never_falls() {
        let mut floor = FileFloor::new(Millis::seconds(10), None);
        assert_eq!(floor.floor(), EventTime::MIN);
        floor.observe(stamped(60_000));
        floor.observe(stamped(20_000));
        assert_eq!(floor.floor(), EventTime::from_millis(50_000));
        floor.observe(stamped(NOW.as_millis() + Millis::days(3_650).get()));
        assert_eq!(floor.floor(), EventTime::from_millis(50_000));
    }

    #[test]
    fn the_last_bucket_of_an_ended_file_closes() {
        let mut floor = FileFloor::new(DEFAULT_DISORDER, None);
        assert_eq!(floor.last_floor(), None);
        floor.observe(stamped(301_000));
        assert_eq!(floor.last_floor(), Some(EventTime::from_millis(600_000)));
    }

    #[test]
    fn a_floor_goes_on_where_it_was() {
        let mut floor = FileFloor::new(DEFAULT_DISORDER, None);
        floor.observe(stamped(90_000_000));
        assert_eq!(FileFloor::new(DEFAULT_DISORDER, floor.highest()), floor);
    }

    #[test]
    fn a_live_floor_is_the_clock_less_the_delay() {
        assert_eq!(live_floor(NOW, Millis::seconds(1)), EventTime::from_millis(99_999_000));
    }
}

//! The event time of what a source delivered: pure, the clock's reading is an argument.
//!
//! Guarantees: no mention lies further ahead of its ingestion than [`MAXIMUM_AHEAD`], and a clock
//! that ran ahead is told apart from one that did not, so that it raises no floor.

use vigie_types::{EventTime, Millis, WallTime};

/// How far ahead of ours a source's clock may be: ten times what unsynchronised servers drift apart
/// in a month, and two buckets of counts.
pub const MAXIMUM_AHEAD: Millis = Millis::minutes(10);

/// When something happened, and on whose word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamped {
    /// At the time that the source claims.
    Claimed(EventTime),
    /// The source claims a time too far ahead: taken as the moment of ingestion, and to be counted.
    Clamped(EventTime),
    /// The source claims no time: taken as the moment of ingestion.
    Unclaimed(EventTime),
}

impl Stamped {
    /// Judges a claimed time at the moment of ingestion.
    pub fn new(claimed: Option<EventTime>, ingested_at: WallTime) -> Self {
        let ingested = ingested_at.as_event_time();
        match claimed {
            None => Self::Unclaimed(ingested),
            Some(time) if time > ingested + MAXIMUM_AHEAD => Self::Clamped(ingested),
            Some(time) => Self::Claimed(time),
        }
    }

    /// The event time.
    pub const fn time(self) -> EventTime {
        match self {
            Self::Claimed(time) | Self::Clamped(time) | Self::Unclaimed(time) => time,
        }
    }

    /// The time as far as it says how far the source has come; none where it is ours.
    pub const fn raises_floor_to(self) -> Option<EventTime> {
        match self {
            Self::Claimed(time) => Some(time),
            Self::Clamped(_) | Self::Unclaimed(_) => None,
        }
    }

    /// Whether the claimed time was too far ahead.
    pub const fn is_clamped(self) -> bool {
        matches!(self, Self::Clamped(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_up_to_ten_minutes_ahead() {
        let now = WallTime::from_millis(1_000_000);
        let ahead = |millis| EventTime::from_millis(1_000_000 + millis);
        let at_limit = ahead(MAXIMUM_AHEAD.get());
        assert_eq!(Stamped::new(Some(at_limit), now), Stamped::Claimed(at_limit));
        let beyond = ahead(MAXIMUM_AHEAD.get() + 1);
        assert_eq!(Stamped::new(Some(beyond), now), Stamped::Clamped(ahead(0)));
        assert_eq!(Stamped::new(None, now), Stamped::Unclaimed(ahead(0)));
    }

    #[test]
    fn a_clamped_time_raises_no_floor() {
        let now = WallTime::from_millis(0);
        let ten_years = EventTime::from_millis(0) + Millis::days(3_650);
        let stamped = Stamped::new(Some(ten_years), now);
        assert!(stamped.is_clamped());
        assert_eq!(stamped.raises_floor_to(), None);
    }
}

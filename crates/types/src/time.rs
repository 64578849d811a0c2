//! Event time, wall time, spans of time and the buckets that counts fall into.
//!
//! Event time comes from the payload and drives every decision; wall time comes from a clock at the
//! edges and drives none. They are different types so that they cannot be compared by accident.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A span of time in milliseconds; may be negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(i64);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of so many milliseconds.
    pub const fn new(millis: i64) -> Self {
        Self(millis)
    }

    /// A span of so many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * 1_000)
    }

    /// A span of so many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * 60_000)
    }

    /// A span of so many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * 3_600_000)
    }

    /// A span of so many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days * 86_400_000)
    }

    /// The number of milliseconds.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The span in seconds, with fractions.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// The span in days, with fractions.
    pub fn as_days(self) -> f64 {
        self.0 as f64 / 86_400_000.0
    }
}

/// Defines a point in time with the same arithmetic for each clock.
macro_rules! point_in_time {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Before every other time: "nothing has been promised yet".
            pub const MIN: Self = Self(i64::MIN);

            /// The time so many milliseconds after the start of 1970, UTC.
            pub const fn from_millis(millis: i64) -> Self {
                Self(millis)
            }

            /// Milliseconds since the start of 1970, UTC.
            pub const fn as_millis(self) -> i64 {
                self.0
            }
        }

        impl Add<Millis> for $name {
            type Output = Self;
            fn add(self, span: Millis) -> Self {
                Self(self.0.saturating_add(span.0))
            }
        }

        impl Sub<Millis> for $name {
            type Output = Self;
            fn sub(self, span: Millis) -> Self {
                Self(self.0.saturating_sub(span.0))
            }
        }

        impl Sub for $name {
            type Output = Millis;
            fn sub(self, earlier: Self) -> Millis {
                Millis(self.0.saturating_sub(earlier.0))
            }
        }

        impl Default for $name {
            /// The start of 1970, the Avro default of a time field; never "unknown".
            fn default() -> Self {
                Self(0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match jiff::Timestamp::from_millisecond(self.0) {
                    Ok(timestamp) => write!(formatter, "{timestamp:.3}"),
                    Err(_) => write!(formatter, "{}ms", self.0),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }
    };
}

point_in_time! {
    /// When something happened, by the payload's own account.
    EventTime
}

point_in_time! {
    /// When a clock of ours was read; never an input to a decision below the edges.
    WallTime
}

/// A text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no RFC 3339 time: {reason}")]
pub struct TimeError {
    text: String,
    reason: String,
}

impl EventTime {
    /// Reads an RFC 3339 time such as `2015-02-17T07:36:05.621Z`.
    ///
    /// # Errors
    /// When the text is no such time, or names no offset from UTC.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.parse::<jiff::Timestamp>()
            .map(|timestamp| Self(timestamp.as_millisecond()))
            .map_err(|error| TimeError { text: text.into(), reason: error.to_string() })
    }

    /// The bucket of counts this time falls into.
    pub const fn bucket(self) -> Bucket {
        Bucket(self.0.div_euclid(Bucket::WIDTH.0))
    }
}

impl WallTime {
    /// The wall clock's reading taken as an event time: for what has no time of its own.
    pub const fn as_event_time(self) -> EventTime {
        EventTime(self.0)
    }
}

/// One window of counts: five minutes, aligned to the start of 1970, UTC.
///
/// The width is fixed for an application version: closed windows of two widths cannot be compared.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Bucket(i64);

impl Bucket {
    /// How long a bucket is.
    pub const WIDTH: Millis = Millis::minutes(5);

    /// The bucket with this number, counted from the start of 1970.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The bucket's number, counted from the start of 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The first millisecond of the bucket.
    pub const fn start(self) -> EventTime {
        EventTime(self.0.saturating_mul(Self::WIDTH.0))
    }

    /// The first millisecond after the bucket.
    pub const fn end(self) -> EventTime {
        self.next().start()
    }

    /// The bucket that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// How many buckets lie between `earlier` and this one.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_prints_as_it_is_read() {
        let time = EventTime::parse("2015-02-17T07:36:05.621Z").expect("valid");
        assert_eq!(time.to_string(), "2015-02-17T07:36:05.621Z");
        assert!(EventTime::parse("2015-02-17 07:36").is_err());
    }

    #[test]
    fn buckets_before_1970_are_aligned_too() {
        let bucket = EventTime::from_millis(-1).bucket();
        assert_eq!(bucket.end(), EventTime::from_millis(0));
        assert_eq!(bucket.next(), EventTime::from_millis(0).bucket());
    }
}

//! The stream's own clock: which hour of which weekday a bucket falls into, where its people live.
//!
//! Guarantees: daylight saving time moves the hour as it moves people's day. Refuses: a zone that
//! the IANA database does not name.

use jiff::tz::TimeZone;
use vigie_types::{EventTime, Millis};

/// An IANA time zone.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

/// A name that is no IANA time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{name}\" is no IANA time zone such as \"America/New_York\"")]
pub struct ZoneError {
    name: String,
}

/// A place in the local week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    /// Hours since Monday, 0 o'clock: 0 to 167.
    pub hour_of_week: usize,
    /// How much of the hour has passed, 0 to 1.
    pub passed: f64,
}

const HOUR: i64 = Millis::hours(1).get();
/// The first day of 1970 was a Thursday, three days after a Monday.
const EPOCH_FROM_MONDAY: i64 = 3 * 24;
/// Hours in a week.
pub(super) const WEEK_HOURS: usize = 168;

impl Zone {
    /// Coordinated universal time, a stream's zone unless configured.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Looks the zone up by its name.
    ///
    /// # Errors
    /// When the database has no such zone.
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        TimeZone::get(name).map(Self).map_err(|_| ZoneError { name: name.into() })
    }

    /// Where `at` lies in the local week. Times beyond the calendar (the year 9999) count as UTC.
    pub(super) fn moment(&self, at: EventTime) -> Moment {
        let offset = jiff::Timestamp::from_millisecond(at.as_millis())
            .map_or(0, |timestamp| i64::from(self.0.to_offset(timestamp).seconds()));
        let local = at.as_millis().saturating_add(offset * 1_000);
        let hours = local.div_euclid(HOUR).saturating_add(EPOCH_FROM_MONDAY);
        Moment {
            hour_of_week: hours.rem_euclid(WEEK_HOURS as i64) as usize,
            passed: local.rem_euclid(HOUR) as f64 / HOUR as f64,
        }
    }

    /// Reads an RFC 3339 time, or one without an offset as this zone's local time.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn read_time(&self, text: &str) -> Result<EventTime, vigie_types::TimeError> {
        let local = text
            .parse::<jiff::civil::DateTime>()
            .and_then(|civil| self.0.to_timestamp(civil))
            .map(|timestamp| EventTime::from_millis(timestamp.as_millisecond()));
        EventTime::parse(text).or_else(|error| local.map_err(|_| error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daylight_saving_time_moves_the_hour() {
        let zone = Zone::named("America/New_York").expect("a zone");
        let winter = EventTime::parse("2015-02-16T14:30:00Z").expect("a time");
        let summer = EventTime::parse("2015-07-13T13:30:00Z").expect("a time");
        let monday_half_past_nine = Moment { hour_of_week: 9, passed: 0.5 };
        assert_eq!(zone.moment(winter), monday_half_past_nine);
        assert_eq!(zone.moment(summer), monday_half_past_nine);
    }

    #[test]
    fn a_time_without_an_offset_is_local() {
        let zone = Zone::named("Europe/Paris").expect("a zone");
        let time = zone.read_time("2015-02-16 10:00:00").expect("a time");
        assert_eq!(time.to_string(), "2015-02-16T09:00:00.000Z");
        assert!(zone.read_time("yesterday").is_err());
    }

    #[test]
    fn a_zone_that_does_not_exist_is_named_in_the_error() {
        let error = Zone::named("Mars/Olympus").expect_err("no zone");
        assert!(error.to_string().contains("Mars/Olympus"));
    }

    #[test]
    fn the_ends_of_time_have_a_place_in_the_week() {
        for millis in [i64::MIN, i64::MAX] {
            assert!(Zone::utc().moment(EventTime::from_millis(millis)).hour_of_week < WEEK_HOURS);
        }
    }
}

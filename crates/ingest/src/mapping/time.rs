//! How times are written in mapped input.
//!
//! Guarantees: a format that could never read a full date is refused when it is configured.

use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use vigie_types::EventTime;

/// The last millisecond of the year 9999, as far as RFC 3339 can write; the same before 1970.
const MAXIMUM_MILLIS: i64 = 253_402_300_799_999;

/// How a time is written.
#[derive(Clone, Debug)]
pub(super) enum TimeFormat {
    Rfc3339,
    EpochSeconds,
    EpochMillis,
    /// A `strptime` pattern; the zone holds where the pattern names no offset.
    Pattern {
        pattern: String,
        zone: TimeZone,
    },
}

impl TimeFormat {
    /// Takes a format and a zone as configured.
    pub(super) fn new(format: Option<&str>, zone: Option<&str>) -> Result<Self, String> {
        let format = match format {
            None | Some("rfc3339") => Self::Rfc3339,
            Some("epoch_seconds") => Self::EpochSeconds,
            Some("epoch_millis") => Self::EpochMillis,
            Some(pattern) if pattern.contains('%') => return Self::pattern(pattern, zone),
            Some(other) => {
                return Err(format!(
                    "\"{other}\" is no time format: expected rfc3339, epoch_seconds, epoch_millis \
                     or a pattern such as %Y-%m-%d %H:%M:%S %z"
                ));
            }
        };
        match zone {
            Some(_) => Err("timezone belongs to a pattern: other formats name theirs".to_owned()),
            None => Ok(format),
        }
    }

    fn pattern(pattern: &str, zone: Option<&str>) -> Result<Self, String> {
        let zone = match zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|error| error.to_string())?,
        };
        let format = Self::Pattern { pattern: pattern.to_owned(), zone };
        // What the pattern writes it must be able to read; the day is arbitrary.
        let sample = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        let written = strtime::format(pattern, &sample)
            .map_err(|error| format!("\"{pattern}\" is no time pattern: {error}"))?;
        match format.read_text(&written) {
            Some(_) => Ok(format),
            None => Err(format!("\"{pattern}\" reads no full date: expected year, month and day")),
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Rfc3339 => "a time in RFC 3339, such as 2015-02-17T07:36:05Z".to_owned(),
            Self::EpochSeconds => "seconds since 1970".to_owned(),
            Self::EpochMillis => "milliseconds since 1970".to_owned(),
            Self::Pattern { pattern, .. } => format!("a time written as {pattern}"),
        }
    }

    pub(super) fn read_text(&self, text: &str) -> Option<EventTime> {
        match self {
            Self::Rfc3339 => EventTime::parse(text).ok(),
            Self::EpochSeconds | Self::EpochMillis => match text.parse() {
                Ok(number) => self.read_whole(number),
                Err(_) => text.parse().ok().and_then(|number| self.read_fraction(number)),
            },
            Self::Pattern { pattern, zone } => {
                let parts = BrokenDownTime::parse(pattern, text).ok()?;
                let timestamp = if parts.offset().is_some() || parts.iana_time_zone().is_some() {
                    parts.to_timestamp().ok()?
                } else {
                    zone.to_timestamp(parts.to_datetime().ok()?).ok()?
                };
                Some(EventTime::from_millis(timestamp.as_millisecond()))
            }
        }
    }

    pub(super) fn read_whole(&self, number: i64) -> Option<EventTime> {
        let millis = match self {
            Self::EpochSeconds => number.checked_mul(1_000)?,
            Self::EpochMillis => number,
            Self::Rfc3339 | Self::Pattern { .. } => return None,
        };
        (-MAXIMUM_MILLIS..=MAXIMUM_MILLIS).contains(&millis).then(|| EventTime::from_millis(millis))
    }

    pub(super) fn read_fraction(&self, number: f64) -> Option<EventTime> {
        let millis = match self {
            Self::EpochSeconds => number * 1_000.0,
            Self::EpochMillis => number,
            Self::Rfc3339 | Self::Pattern { .. } => return None,
        };
        (millis.abs() <= MAXIMUM_MILLIS as f64)
            .then(|| EventTime::from_millis(millis.round() as i64))
    }
}

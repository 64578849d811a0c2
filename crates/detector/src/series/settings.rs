//! What a stream's spikes are judged by, with the defaults and their reasons.
//!
//! Guarantees: settings that pass [`Settings::check`] never make the fold divide by zero or fire on
//! every bucket. Refuses: settings of one stream reaching into another's.

use serde::{Deserialize, Serialize};
use vigie_types::Millis;

/// When a stream's counts are a spike. Serialised with its defaults, so a partial table is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Mentions that the evidence must hold at least; below it nothing is a spike.
    pub minimum_count: u64,
    /// Distinct authors that one bucket of the evidence must hold at least.
    pub minimum_authors: u64,
    /// Least share of the mentions above the baseline that authors above theirs must account for,
    /// from 0 to 1: one loud account in a busy stream is no spike either.
    pub minimum_author_share: f64,
    /// Days of history before the first spike may open; until then verdicts say `warming`. Three
    /// days show every hour of the day three times.
    pub warm_up_days: f64,
    /// False alarms that the stream may raise in 30 days, over all its windows.
    pub false_alarms_per_month: f64,
    /// Probability above which a bucket counts as calm; far above the one that opens a spike, so
    /// that a spike does not flicker.
    pub calm_p_value: f64,
    /// Calm minutes in a row that close a spike.
    pub calm_minutes: u32,
    /// Minutes after a spike has closed in which none opens.
    pub cool_down_minutes: u32,
    /// Minutes between two updates of a spike that does not get worse.
    pub update_minutes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            minimum_count: 10,
            minimum_authors: 3,
            minimum_author_share: 0.2,
            warm_up_days: 3.0,
            false_alarms_per_month: 1.0,
            calm_p_value: 0.01,
            calm_minutes: 30,
            cool_down_minutes: 60,
            update_minutes: 60,
        }
    }
}

/// A setting out of its range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{name} is {value}; it must be {range}")]
pub struct SettingsError {
    name: &'static str,
    value: f64,
    range: &'static str,
}

/// The highest least number of mentions or authors: more than any window sees, and a number that
/// every reader of a schema holds exactly.
const MOST_OF_A_MINIMUM: f64 = 1e15;

/// A stream that may alarm more often than once a bucket has no budget at all: 8,640 buckets of
/// five minutes make 30 days.
const MOST_FALSE_ALARMS: f64 = 1_000.0;
/// A year: who waits longer does not want to be told.
const LONGEST_WARM_UP_DAYS: f64 = 366.0;
/// The budget's month.
const MONTH: Millis = Millis::days(30);

impl Settings {
    /// The same without the gates on authors, for counts whose authors are unknown.
    #[must_use]
    pub fn without_authors(mut self) -> Self {
        self.minimum_authors = 0;
        self.minimum_author_share = 0.0;
        self
    }

    /// Checks every number.
    ///
    /// # Errors
    /// Names the first setting that is out of its range, with the range.
    pub fn check(&self) -> Result<(), SettingsError> {
        let within = |name, value: f64, low: f64, high: f64, range| {
            if value >= low && value <= high {
                Ok(())
            } else {
                Err(SettingsError { name, value, range })
            }
        };
        within(
            "minimum_count",
            self.minimum_count as f64,
            0.0,
            MOST_OF_A_MINIMUM,
            "from 0 to 1e15",
        )?;
        let authors = self.minimum_authors as f64;
        within("minimum_authors", authors, 0.0, MOST_OF_A_MINIMUM, "from 0 to 1e15")?;
        within("minimum_author_share", self.minimum_author_share, 0.0, 1.0, "from 0 to 1")?;
        within("warm_up_days", self.warm_up_days, 0.0, LONGEST_WARM_UP_DAYS, "from 0 to 366")?;
        let budget = self.false_alarms_per_month;
        within("false_alarms_per_month", budget, 1e-6, MOST_FALSE_ALARMS, "from 1e-6 to 1000")?;
        within("calm_p_value", self.calm_p_value, 1e-6, 0.5, "from 1e-6 to 0.5")
    }

    /// The probability that opens a spike: the budget over the buckets of a month. Sharing it among
    /// the windows of evidence is [`super::window::combine`]'s part.
    pub(super) fn alarm_p_value(&self, width: Millis) -> f64 {
        let buckets = MONTH.as_seconds() / width.as_seconds();
        (self.false_alarms_per_month / buckets).min(self.calm_p_value)
    }
}

/// How many buckets of `width` the minutes fill, at least one.
pub(super) fn buckets_in(minutes: u32, width: Millis) -> i64 {
    (i64::from(minutes) * 60_000).div_euclid(width.get().max(1)).max(1)
}

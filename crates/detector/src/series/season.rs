//! The seasonal baseline: what a bucket usually holds, learnt as the buckets close.
//!
//! Expected = hour of day x weekday x hour of week x level. Each factor is a ratio of decayed sums,
//! observed over expected by the slower factors, and shrunk towards "no difference" by a prior
//! worth so many visits and mentions: what has been seen little says little.
//!
//! Guarantees: 200 pairs of sums whatever the stream; always a positive expectation.
//! Refuses: to decide what is anomalous; it learns what it is given.

use serde::{Deserialize, Serialize};
use vigie_types::Millis;

use super::tail::LEAST_MEAN;
use super::zone::{Moment, WEEK_HOURS};

const DAY_HOURS: usize = 24;
const WEEK_DAYS: usize = 7;
/// A day's rhythm changes with the season of the year, not with the week.
const HOUR_MEMORY_DAYS: f64 = 14.0;
/// Seen once a week: six weeks hold half of the weight in six sightings.
const WEEKDAY_MEMORY_DAYS: f64 = 42.0;
/// As for the weekday; it holds only what hour and weekday leave.
const WEEK_HOUR_MEMORY_DAYS: f64 = 56.0;
/// The level follows a lasting change within days, and a spike of an hour hardly at all.
const LEVEL_MEMORY_DAYS: f64 = 2.0;

/// How much a factor must have seen to be believed by half.
#[derive(Clone, Copy)]
struct Prior {
    visits: f64,
    mentions: f64,
}

/// Hours differ much: a quarter of an hour tells something.
const HOUR_PRIOR: Prior = Prior { visits: 3.0, mentions: 3.0 };
/// Weekdays differ less than one day differs from the next: a day's worth of buckets.
const WEEKDAY_PRIOR: Prior = Prior { visits: 288.0, mentions: 20.0 };
/// What is left is small: two weeks' worth of one hour.
const WEEK_HOUR_PRIOR: Prior = Prior { visits: 24.0, mentions: 20.0 };
/// An hour's worth of buckets.
const LEVEL_PRIOR: Prior = Prior { visits: 12.0, mentions: 10.0 };

/// A ratio of decayed sums. Single precision: six digits are more than any count's noise leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Ratio {
    observed: f32,
    expected: f32,
}

impl Ratio {
    /// Observed over expected, drawn towards `towards` by a prior of weight `weight`.
    pub fn shrunk(self, weight: f64, towards: f64) -> f64 {
        (f64::from(self.observed) + weight * towards) / (f64::from(self.expected) + weight)
    }

    /// Fades what is held to `keep` and adds one sighting.
    pub fn learn(&mut self, keep: f64, observed: f64, expected: f64) {
        self.observed = (f64::from(self.observed) * keep + observed) as f32;
        self.expected = (f64::from(self.expected) * keep + expected) as f32;
    }
}

/// What remains of a sum after one more of `visits_per_day`, when half is to remain after `days`.
/// The first order of `2^(-1/n)`: simpler, and the same on every machine.
pub(super) fn keep(days: f64, visits_per_day: f64) -> f64 {
    1.0 - (std::f64::consts::LN_2 / (days * visits_per_day)).min(0.5)
}

/// What one stream's buckets usually hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Baseline {
    hours: Vec<Ratio>,
    weekdays: Vec<Ratio>,
    week_hours: Vec<Ratio>,
    level: Ratio,
}

/// An expectation with the parts it was made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    /// The mean count.
    pub mean: f64,
    /// The mean count of all hours, the stream's usual size.
    pub usual: f64,
    /// The mean before the level.
    season: f64,
    /// The current hour's mean, before weekday, hour of week and level.
    hour: f64,
    weekday: f64,
    level: f64,
}

impl Default for Baseline {
    fn default() -> Self {
        Self {
            hours: vec![Ratio::default(); DAY_HOURS],
            weekdays: vec![Ratio::default(); WEEK_DAYS],
            week_hours: vec![Ratio::default(); WEEK_HOURS],
            level: Ratio::default(),
        }
    }
}

impl Baseline {
    /// What the bucket at this moment usually holds.
    pub fn expect(&self, moment: Moment) -> Expected {
        let overall = self.overall();
        let here = moment.hour_of_week;
        // The mean of an hour stands at its middle; between two middles it is drawn as a line.
        let (neighbour, share) = if moment.passed < 0.5 {
            ((here + WEEK_HOURS - 1) % WEEK_HOURS, 0.5 - moment.passed)
        } else {
            ((here + 1) % WEEK_HOURS, moment.passed - 0.5)
        };
        let (hour, weekday, week_hour) = self.parts(here, overall);
        let (other_hour, other_weekday, other_week_hour) = self.parts(neighbour, overall);
        let season = (1.0 - share) * hour * weekday * week_hour
            + share * other_hour * other_weekday * other_week_hour;
        let season = season.max(LEAST_MEAN);
        let level = self.level.shrunk(LEVEL_PRIOR.visits * season + LEVEL_PRIOR.mentions, 1.0);
        let mean = (season * level).max(LEAST_MEAN);
        Expected { mean, usual: overall, season, hour, weekday, level }
    }

    /// Learns one bucket, whose expectation was `expected`.
    pub fn learn(&mut self, moment: Moment, expected: &Expected, count: f64, width: Millis) {
        let per_day = Millis::days(1).as_seconds() / width.as_seconds();
        let (here, hour) = (moment.hour_of_week, moment.hour_of_week % DAY_HOURS);
        let daily = expected.hour;
        let weekly = daily * expected.weekday;
        let hour_keep = keep(HOUR_MEMORY_DAYS, per_day / DAY_HOURS as f64);
        self.hours[hour].learn(hour_keep, count, 1.0);
        let weekday_keep = keep(WEEKDAY_MEMORY_DAYS, per_day / WEEK_DAYS as f64);
        self.weekdays[here / DAY_HOURS].learn(weekday_keep, count, daily);
        let week_hour_keep = keep(WEEK_HOUR_MEMORY_DAYS, per_day / WEEK_HOURS as f64);
        self.week_hours[here].learn(week_hour_keep, count, weekly * expected.level);
        self.level.learn(keep(LEVEL_MEMORY_DAYS, per_day), count, expected.season);
    }

    /// The mean count of all hours.
    fn overall(&self) -> f64 {
        let (mut observed, mut visits) = (0.0, 0.0);
        for hour in &self.hours {
            observed += f64::from(hour.observed);
            visits += f64::from(hour.expected);
        }
        if visits > 0.0 { (observed / visits).max(LEAST_MEAN) } else { LEAST_MEAN }
    }

    /// Hour mean, weekday factor and hour-of-week factor.
    fn parts(&self, hour_of_week: usize, overall: f64) -> (f64, f64, f64) {
        let hour_weight = HOUR_PRIOR.visits + HOUR_PRIOR.mentions / overall;
        let hour = self.hours[hour_of_week % DAY_HOURS].shrunk(hour_weight, overall);
        let weekday_weight = WEEKDAY_PRIOR.visits * overall + WEEKDAY_PRIOR.mentions;
        let weekday = self.weekdays[hour_of_week / DAY_HOURS].shrunk(weekday_weight, 1.0);
        let week_hour_weight = WEEK_HOUR_PRIOR.visits * overall + WEEK_HOUR_PRIOR.mentions;
        let week_hour = self.week_hours[hour_of_week].shrunk(week_hour_weight, 1.0);
        (hour, weekday, week_hour)
    }
}

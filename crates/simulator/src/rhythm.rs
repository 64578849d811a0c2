//! The daily and weekly rhythm: how busy each region is at each moment.
//!
//! Guarantees: over a week the mean of the rhythm is 1, so that a rate given per day holds.
//! The rhythm is constant within a slot of a quarter of an hour; arrivals within are Poisson.

use vigie_types::{EventTime, Millis};

use crate::dice::Roll;
use crate::region::{REGION_COUNT, REGIONS};

/// How busy each local hour is: asleep before six, a bump at noon, the peak in the evening.
const HOURS: [f64; 24] = [
    0.45, 0.28, 0.18, 0.14, 0.14, 0.22, 0.45, 0.80, 1.10, 1.20, 1.22, 1.28, 1.42, 1.38, 1.25, 1.22,
    1.28, 1.40, 1.55, 1.70, 1.82, 1.75, 1.40, 0.85,
];

/// How busy each day is, from Monday.
const DAYS: [f64; 7] = [1.04, 1.06, 1.06, 1.05, 1.02, 0.88, 0.89];

/// A quarter of an hour: half-hour zones fall on its edges, and the evening's rise has steps of 2%.
const SLOT: i64 = Millis::minutes(15).get();
const SLOTS_PER_WEEK: usize = 7 * 24 * 4;
const WEEK: i64 = Millis::days(7).get();
/// 1970 began on a Thursday; three days earlier was Monday, midnight.
const MONDAY: i64 = -Millis::days(3).get();

/// Every region's rhythm over one week of UTC.
#[derive(Clone, Debug)]
pub(crate) struct Rhythm {
    by_region: Vec<[f64; REGION_COUNT]>,
    total: Vec<f64>,
}

impl Rhythm {
    pub(crate) fn new() -> Self {
        let mut by_region = vec![[0.0; REGION_COUNT]; SLOTS_PER_WEEK];
        for (slot, regions) in by_region.iter_mut().enumerate() {
            for (region, level) in regions.iter_mut().enumerate() {
                *level = REGIONS[region].weight * local(slot, REGIONS[region].offset_minutes);
            }
        }
        let sum: f64 = by_region.iter().flatten().sum();
        let scale = SLOTS_PER_WEEK as f64 / sum;
        by_region.iter_mut().flatten().for_each(|level| *level *= scale);
        let total = by_region.iter().map(|regions| regions.iter().sum()).collect();
        Self { by_region, total }
    }

    /// How busy the world is, as a multiple of its mean.
    #[cfg(test)]
    pub(crate) fn level(&self, at: EventTime) -> f64 {
        self.total[slot_of(at)]
    }

    /// Rolls who speaks at that moment.
    pub(crate) fn region(&self, at: EventTime, dice: &mut impl Roll) -> usize {
        dice.weighted(&self.by_region[slot_of(at)])
    }

    /// Rolls when the next arrival comes, at `per_second` arrivals in the mean.
    pub(crate) fn next(&self, at: EventTime, per_second: f64, dice: &mut impl Roll) -> EventTime {
        // Arrivals of a rate that changes in steps: a waiting time of mean 1 is used up, slot by
        // slot, at the slot's rate. The loop ends because every slot's rate is above zero.
        let mut left = dice.exponential(1.0);
        let mut now = at.as_millis() as f64;
        loop {
            let slot_number = (now as i64).div_euclid(SLOT);
            let slot_end = ((slot_number + 1) * SLOT) as f64;
            let per_milli =
                per_second / 1_000.0 * self.total[slot_of(EventTime::from_millis(now as i64))];
            let used = (slot_end - now) * per_milli;
            if left < used {
                return EventTime::from_millis((now + left / per_milli).round() as i64);
            }
            left -= used;
            now = slot_end;
        }
    }
}

fn slot_of(at: EventTime) -> usize {
    ((at.as_millis() - MONDAY).rem_euclid(WEEK) / SLOT) as usize
}

fn local(slot: usize, offset_minutes: i32) -> f64 {
    let middle = slot as f64 * 0.25 + 0.125 + f64::from(offset_minutes) / 60.0;
    let hour_of_week = middle.rem_euclid(168.0);
    let day = (hour_of_week / 24.0) as usize % 7;
    let hour = hour_of_week.rem_euclid(24.0);
    let before = hour as usize % 24;
    let part = hour.fract();
    DAYS[day] * (HOURS[before] * (1.0 - part) + HOURS[(before + 1) % 24] * part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn the_rate_per_day_holds_over_a_week() {
        let rhythm = Rhythm::new();
        let mut dice = Dice::new(3);
        let start = EventTime::from_millis(0);
        let (mut now, mut arrivals) = (start, 0);
        while now - start < Millis::days(7) {
            now = rhythm.next(now, 0.1, &mut dice);
            arrivals += 1;
        }
        let expected = 7.0 * 86_400.0 * 0.1;
        assert!((f64::from(arrivals) / expected - 1.0).abs() < 0.02, "{arrivals}");
    }

    #[test]
    fn the_night_of_the_west_is_calm_and_sunday_is_calmer_than_tuesday() {
        let rhythm = Rhythm::new();
        let level = |text: &str| rhythm.level(EventTime::parse(text).expect("valid"));
        assert!(level("2026-03-03T19:00:00Z") > 1.5 * level("2026-03-03T05:00:00Z"));
        assert!(level("2026-03-03T19:00:00Z") > 1.1 * level("2026-03-08T19:00:00Z"));
    }
}

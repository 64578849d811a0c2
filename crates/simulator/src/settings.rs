//! What a run is made of: seed, start, size, brands, plan and disturbances.
//!
//! Guarantees: a simulator exists only for settings whose numbers make sense together.
//! Refuses: shares outside 0 to 1, rates that are no positive number, plans about unknown brands.

use vigie_types::{EventTime, Millis};

use crate::brand::{Brand, BrandIndex};
use crate::event::{EventKind, Plan, PlannedEvent, Shape};

/// When a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Never.
    Endless,
    /// After so many deliveries.
    Deliveries(u64),
    /// After so much simulated time.
    Duration(Millis),
}

/// How often something is not as it should be, each as a share of all mentions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disturbances {
    /// Mentions that are edited later.
    pub edits: f64,
    /// Mentions that are deleted later.
    pub deletes: f64,
    /// Mentions that the source delivers twice.
    pub duplicates: f64,
    /// Mentions that the source delivers long after they were published.
    pub late: f64,
    /// Records that no reader can make a mention of, besides the mentions.
    pub broken: f64,
}

impl Disturbances {
    /// Nothing ever goes wrong.
    pub const NONE: Self =
        Self { edits: 0.0, deletes: 0.0, duplicates: 0.0, late: 0.0, broken: 0.0 };

    fn shares(self) -> [(&'static str, f64); 5] {
        [
            ("edits", self.edits),
            ("deletes", self.deletes),
            ("duplicates", self.duplicates),
            ("late", self.late),
            ("broken", self.broken),
        ]
    }
}

impl Default for Disturbances {
    fn default() -> Self {
        Self { edits: 0.010, deletes: 0.006, duplicates: 0.008, late: 0.004, broken: 0.002 }
    }
}

/// Everything that decides a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// The event time at which the run begins.
    pub start: EventTime,
    /// When the run ends.
    pub limit: Limit,
    /// Mentions per simulated day in the mean, cascades included, planned events not.
    pub mentions_per_day: f64,
    /// How many people there are on all networks together.
    pub authors: u32,
    /// The share of original posts that are advertising rubbish.
    pub spam: f64,
    /// How often things go wrong.
    pub disturbances: Disturbances,
    /// What people talk about.
    pub brands: Vec<Brand>,
    /// What happens when.
    pub plan: Plan,
}

/// Settings that make no run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A share that is none.
    #[error(
        "the share of {what} is {share}, it must be from 0 to 1 (all disturbances together too)"
    )]
    Share {
        /// Of what.
        what: &'static str,
        /// The value.
        share: f64,
    },
    /// A number beyond its bounds.
    #[error("{what} is {value}, it must be from {lowest} to {highest}")]
    Bounds {
        /// What was given.
        what: &'static str,
        /// The value.
        value: f64,
        /// The least.
        lowest: f64,
        /// The most.
        highest: f64,
    },
}

/// One mention a day is the least that a rhythm can be seen in.
const LEAST_PER_DAY: f64 = 1.0;
/// A thousand a millisecond: beyond it, times in milliseconds no longer tell mentions apart.
const MOST_PER_DAY: f64 = 86_400_000_000.0;
/// Below a hundred, regions and networks would have no people.
const FEWEST_AUTHORS: u32 = 100;
/// Author numbers have 22 bits per region and network; 39 of those share the authors unevenly.
const MOST_AUTHORS: u32 = 10_000_000;
/// Brands are numbered with 8 bits, of which 255 means none.
const MOST_BRANDS: usize = 250;
/// Events are numbered likewise.
const MOST_EVENTS: usize = 250;

/// 2026-03-02, a Monday, midnight UTC.
const START: EventTime = EventTime::from_millis(1_772_409_600_000);

impl Settings {
    /// About 200,000 mentions over 18 days: two weeks in which a seasonal baseline can warm, then
    /// four bursts, a campaign and a flood.
    pub fn demo() -> Self {
        Self {
            seed: 1,
            start: START,
            limit: Limit::Duration(Millis::days(18)),
            mentions_per_day: 10_800.0,
            authors: 20_000,
            spam: 0.025,
            disturbances: Disturbances::default(),
            brands: Brand::invented(),
            plan: Plan { events: demo_events(Millis::days(14)), repeat: None },
        }
    }

    /// `deliveries` lines of any seed over about a week, with the same happenings in its second
    /// half; what comes after the week goes on in the same way.
    pub fn bounded(seed: u64, deliveries: u64) -> Self {
        // 0.94: edits, deletes, duplicates, broken records and planned events are the other 6%.
        let per_day = 0.94 * deliveries as f64 / 7.0;
        Self {
            seed,
            limit: Limit::Deliveries(deliveries),
            mentions_per_day: per_day.clamp(LEAST_PER_DAY, MOST_PER_DAY),
            plan: Plan {
                events: demo_events(Millis::days(3)),
                repeat: Some(Millis::hours(7 * 24 + 5)),
            },
            ..Self::demo()
        }
    }

    /// A run without end, at this many mentions per simulated day.
    pub fn endless(seed: u64, mentions_per_day: f64) -> Self {
        Self { limit: Limit::Endless, mentions_per_day, ..Self::bounded(seed, 0) }
    }

    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let shares = self.disturbances.shares();
        let all = shares.iter().map(|(_, share)| share).sum();
        for (what, share) in [("spam", self.spam), ("disturbances", all)].iter().chain(&shares) {
            if !(0.0..=1.0).contains(share) {
                return Err(SettingsError::Share { what, share: *share });
            }
        }
        let brands = self.brands.len() as f64;
        let bounds = [
            ("mentions per day", self.mentions_per_day, LEAST_PER_DAY, MOST_PER_DAY),
            ("authors", self.authors.into(), FEWEST_AUTHORS.into(), MOST_AUTHORS.into()),
            ("brands", brands, 1.0, MOST_BRANDS as f64),
            ("planned events", self.plan.events.len() as f64, 0.0, MOST_EVENTS as f64),
        ];
        let positive = |what, value| (what, value, 1e-9, 1e9);
        let weights = self.brands.iter().flat_map(|brand| {
            [positive("a brand's weight", brand.weight), positive("a brand's grief", brand.grief)]
        });
        let events = self.plan.events.iter().flat_map(|event| {
            let place = event.brand.get() as f64;
            let length = event.shape.length().get() as f64;
            [
                positive("an event's peak", event.peak),
                ("an event's length in ms", length, 1.0, 1e12),
                ("an event's brand", place, 0.0, brands - 1.0),
            ]
        });
        let repeat = self.plan.repeat.map(|repeat| {
            ("the plan's repeat in ms", repeat.get() as f64, self.longest_event(), 1e15)
        });
        for (what, value, lowest, highest) in
            bounds.into_iter().chain(weights).chain(events).chain(repeat)
        {
            if !(lowest..=highest).contains(&value) {
                return Err(SettingsError::Bounds { what, value, lowest, highest });
            }
        }
        Ok(())
    }

    fn longest_event(&self) -> f64 {
        let lengths = self.plan.events.iter().map(|event| event.shape.length().get());
        lengths.max().unwrap_or(1) as f64
    }
}

fn demo_events(first_day: Millis) -> Vec<PlannedEvent> {
    let surge = |rise, half_life| Shape::Surge {
        rise: Millis::minutes(rise),
        half_life: Millis::minutes(half_life),
    };
    let at = |day: i64, hour: i64, minute: i64| {
        let later = Millis::days(day).get() + Millis::hours(hour).get();
        Millis::new(first_day.get() + later + Millis::minutes(minute).get())
    };
    let event = |kind, brand, after, shape, peak| PlannedEvent {
        kind,
        brand: BrandIndex::new(brand),
        after,
        shape,
        peak,
        authors: 90,
        hashtag: None,
    };
    let day = Shape::Plateau { length: Millis::hours(24) };
    let hour = Shape::Plateau { length: Millis::hours(1) };
    let mut campaign = event(EventKind::Campaign, 2, at(0, 6, 0), day, 0.10);
    campaign.hashtag = Some("SkyForEveryone".into());
    let mut storm = event(EventKind::Storm, 0, at(1, 14, 10), surge(20, 50), 1.5);
    storm.hashtag = Some("AerolumoStranded".into());
    vec![
        event(EventKind::Outage, 4, at(0, 9, 0), surge(10, 30), 1.3),
        campaign,
        storm,
        event(EventKind::Flood, 3, at(1, 3, 0), hour, 0.6),
        event(EventKind::Praise, 1, at(2, 17, 30), surge(30, 45), 1.0),
        event(EventKind::Storm, 6, at(3, 11, 0), surge(15, 40), 0.9),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_make_no_run_are_refused_with_the_bound() {
        let refused = |change: fn(&mut Settings)| {
            let mut settings = Settings::demo();
            change(&mut settings);
            settings.check().expect_err("refused").to_string()
        };
        assert!(refused(|s| s.spam = 2.0).contains("share of spam is 2"));
        assert!(refused(|s| s.mentions_per_day = f64::NAN).contains("mentions per day is NaN"));
        assert!(refused(|s| s.authors = 1).contains("authors is 1, it must be from 100"));
        assert!(refused(|s| s.brands.clear()).contains("brands is 0"));
        assert!(
            refused(|s| s.plan.events[0].brand = BrandIndex::new(9)).contains("event's brand is 9")
        );
        assert!(refused(|s| s.plan.repeat = Some(Millis::ZERO)).contains("repeat"));
        assert_eq!(Settings::demo().check(), Ok(()));
        assert_eq!(Settings::bounded(1, 10).check(), Ok(()));
    }
}

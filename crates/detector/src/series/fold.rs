//! The fold over one stream's closed buckets: baseline, evidence and spike in one state.
//!
//! Guarantees: a verdict depends on the buckets before it and on itself, and on nothing else; a
//! silence of any length costs bounded work; the state has a bounded size.
//! Refuses: a bucket that is not after the last one. Corrections of closed buckets are not folded.

use libm::sqrt;
use serde::{Deserialize, Serialize};
use vigie_types::{Bucket, EventTime, Millis, SpikeState};

use super::season::{Baseline, Expected, Ratio, keep};
use super::settings::{Settings, buckets_in};
use super::spike::{Change, Limits, Seen, Spike, passes_gates};
use super::window::{Evidence, LONGEST, Past, Spread, Sums, WINDOWS, combine, surprise_for};
use super::zone::{Moment, Zone};

/// A silence is folded bucket by bucket for so many days (8,064 buckets of five minutes, some
/// milliseconds of work). After a longer one the season's memory has faded by half: the stream
/// warms up again, and the rest of the silence is skipped.
const LONGEST_SILENCE_DAYS: f64 = 28.0;
/// The first day only teaches the hours; how far it strays from them is not yet known.
const FIRST_DAY: f64 = 1.0;
/// A count is learnt up to so many standard deviations above its expectation, so that a spike
/// hardly raises the baseline, and a lasting rise does so within days.
const LEARNT_DEVIATIONS: f64 = 3.0;
/// The same on the first day, when the expectation is a guess.
const FIRST_DAY_DEVIATIONS: f64 = 10.0;
/// How long the share of authors per mention is remembered.
const AUTHOR_MEMORY_DAYS: f64 = 14.0;
/// Mentions that the prior of one author per mention weighs.
const AUTHOR_PRIOR: f64 = 20.0;

/// The counts of one closed bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Mentions.
    pub count: u64,
    /// Distinct authors among them.
    pub authors: u64,
    /// Mentions of the author who said most; 0 where authors are unknown.
    pub loudest: u64,
    /// Negative mentions among them.
    pub negative: u64,
}

/// What a bucket says, once closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Which bucket.
    pub bucket: Bucket,
    /// Mentions counted in it.
    pub observed: u64,
    /// Mentions expected in it from what came before.
    pub expected: f64,
    /// Probability of the most surprising window that ends here, times the number of windows.
    pub p_value: f64,
    /// The same on a scale from 0 to 1: 0.5 is the budget's threshold.
    pub anomaly_score: f64,
    /// Whether history is too short for a spike to open.
    pub warming: bool,
    /// What closed in the empty buckets between the last one and this one.
    pub closed_before: Option<Change>,
    /// What happened to the spike in this bucket.
    pub change: Option<Change>,
    /// Whether a spike is open after this bucket.
    pub open: bool,
}

/// Buckets on the time axis: a width and a start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    /// How long a bucket is.
    pub width: Millis,
    /// When bucket 0 starts.
    pub origin: EventTime,
}

/// What a series is folded on.
pub(super) struct Ground<'a> {
    pub grid: Grid,
    pub settings: &'a Settings,
    pub zone: &'a Zone,
}

/// All that is remembered of one stream; about 2 kB.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    last: Option<Bucket>,
    seen: u64,
    baseline: Baseline,
    past: Vec<Past>,
    spreads: [Spread; WINDOWS.len()],
    authors: Ratio,
    spike: Option<Spike>,
    cool_until: Option<Bucket>,
}

impl Series {
    /// A stream nobody has seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds the next closed bucket; the buckets skipped since the last one were empty.
    ///
    /// # Panics
    /// When `bucket` is not after the last one: the caller closes buckets in order.
    pub fn close(
        &mut self,
        bucket: Bucket,
        observation: Observation,
        settings: &Settings,
        zone: &Zone,
    ) -> Verdict {
        let grid = Grid { width: Bucket::WIDTH, origin: EventTime::from_millis(0) };
        self.close_on(bucket, observation, &Ground { grid, settings, zone })
    }

    /// The last bucket folded.
    pub fn last(&self) -> Option<Bucket> {
        self.last
    }

    /// Whether a spike is open: if so, empty buckets must be closed too, for it to end in time.
    pub fn is_open(&self) -> bool {
        self.spike.is_some()
    }

    /// The same on any grid.
    pub(super) fn close_on(
        &mut self,
        bucket: Bucket,
        observation: Observation,
        ground: &Ground<'_>,
    ) -> Verdict {
        assert!(
            self.last.is_none_or(|last| bucket > last),
            "buckets close in order: {bucket:?} came after {:?}",
            self.last
        );
        let closed_before = self.fold_silence(bucket, ground);
        let verdict = self.fold_one(bucket, observation, ground);
        Verdict { closed_before, ..verdict }
    }

    /// Folds the empty buckets up to `bucket`; a closing among them is returned.
    fn fold_silence(&mut self, bucket: Bucket, ground: &Ground<'_>) -> Option<Change> {
        let last = self.last?;
        let per_day = ground.grid.per_day();
        let longest = ((LONGEST_SILENCE_DAYS * per_day) as i64).max(LONGEST as i64);
        let silence = bucket.number().saturating_sub(last.number()).saturating_sub(1);
        let mut closed = None;
        for step in 1..=silence.min(longest) {
            let empty = Bucket::from_number(last.number() + step);
            let change = self.fold_one(empty, Observation::default(), ground).change;
            closed = closed.or(change.filter(|change| change.state == SpikeState::Closed));
        }
        if silence > longest {
            self.seen = 0;
            self.past.clear();
        }
        closed
    }

    fn fold_one(&mut self, bucket: Bucket, seen: Observation, ground: &Ground<'_>) -> Verdict {
        let moment = ground.zone.moment(ground.grid.start_of(bucket));
        let expected = self.baseline.expect(moment);
        self.remember(seen, &expected);
        let evidences = self.evidences();
        let mut strongest = evidences[0];
        for evidence in &evidences[1..] {
            if evidence.rarity > strongest.rarity {
                strongest = *evidence;
            }
        }
        let p_value = combine(strongest.surprise);
        let days = self.seen as f64 / ground.grid.per_day();
        let warming = days < ground.settings.warm_up_days;
        let current = Seen {
            bucket,
            count: seen.count,
            negative: seen.negative,
            evidence: strongest,
            p_value,
        };
        let above = seen.count as f64 > expected.mean;
        let calm = self.spike.is_none();
        let change = if self.spike.is_some() {
            self.go_on(&current, ground)
        } else if above && !warming && self.cool_until.is_none_or(|until| bucket >= until) {
            self.try_to_open(&evidences, current, ground)
        } else {
            None
        };
        self.learn(&Judged { evidences, expected, moment, calm }, seen, ground);
        self.last = Some(bucket);
        self.seen = self.seen.saturating_add(1);
        let threshold = surprise_for(ground.settings.alarm_p_value(ground.grid.width));
        Verdict {
            bucket,
            observed: seen.count,
            expected: expected.mean,
            p_value,
            anomaly_score: strongest.rarity / (strongest.rarity + threshold),
            warming,
            closed_before: None,
            change,
            open: self.spike.is_some(),
        }
    }
    /// Puts the bucket in front of the windows.
    fn remember(&mut self, seen: Observation, expected: &Expected) {
        if self.past.len() >= LONGEST {
            self.past.remove(0);
        }
        let per_mention = self.authors.shrunk(AUTHOR_PRIOR, 1.0);
        self.past.push(Past {
            count: seen.count,
            expected: expected.mean as f32,
            authors: seen.authors,
            repeats: seen.loudest.saturating_sub(1),
            expected_authors: (expected.mean * per_mention) as f32,
            usual: expected.usual as f32,
        });
    }

    fn evidences(&self) -> [Evidence; WINDOWS.len()] {
        std::array::from_fn(|index| {
            self.spreads[index].judge(index, Sums::of(&self.past, WINDOWS[index]))
        })
    }

    /// Opens a spike on the most surprising window that passes every gate, if one does.
    fn try_to_open(
        &mut self,
        evidences: &[Evidence; WINDOWS.len()],
        current: Seen,
        ground: &Ground<'_>,
    ) -> Option<Change> {
        let settings = ground.settings;
        let needed = surprise_for(settings.alarm_p_value(ground.grid.width));
        let mut best: Option<(u64, &Evidence)> = None;
        for (index, evidence) in evidences.iter().enumerate() {
            if evidence.rarity < needed || !passes_gates(evidence, settings) {
                continue;
            }
            let raw = self.spreads[index].raw_for(index, needed);
            let by_tail = evidence.tail.greatest_silent(-raw);
            let silent = by_tail.max(settings.minimum_count.saturating_sub(1));
            // One account is no crowd: the window must fire with its loudest authors counted once.
            let is_crowd = evidence.sums.crowd > silent;
            if is_crowd && best.is_none_or(|(_, best)| evidence.rarity > best.rarity) {
                best = Some((silent, evidence));
            }
        }
        let (silent, evidence) = best?;
        let p_value = combine(evidence.surprise);
        let (spike, change) =
            Spike::open(&Seen { evidence: *evidence, p_value, ..current }, silent);
        self.spike = Some(spike);
        Some(change)
    }

    /// Carries the open spike on, and starts the cool-down when it closes.
    fn go_on(&mut self, current: &Seen, ground: &Ground<'_>) -> Option<Change> {
        let (settings, width) = (ground.settings, ground.grid.width);
        let limits = Limits {
            calm: buckets_in(settings.calm_minutes, width),
            update: buckets_in(settings.update_minutes, width),
        };
        let change = self.spike.as_mut()?.go_on(current, settings, limits)?;
        if change.state == SpikeState::Closed {
            self.spike = None;
            let cool_down = buckets_in(settings.cool_down_minutes, width);
            let until = current.bucket.number().saturating_add(cool_down);
            self.cool_until = Some(Bucket::from_number(until));
        }
        Some(change)
    }

    /// Learns the bucket after it has been judged; what stands out is learnt in part.
    fn learn(&mut self, judged: &Judged, seen: Observation, ground: &Ground<'_>) {
        let Judged { evidences, expected, moment, calm } = judged;
        let width = ground.grid.width;
        let first_day = self.seen as f64 / ground.grid.per_day() < FIRST_DAY;
        let deviations = if first_day { FIRST_DAY_DEVIATIONS } else { LEARNT_DEVIATIONS };
        // Ten mentions are never too many to learn from: an empty stream must be able to begin.
        let most = expected.mean + (deviations * sqrt(evidences[0].tail.variance())).max(10.0);
        let learnt = (seen.count as f64).min(most);
        self.baseline.learn(*moment, expected, learnt, width);
        if !first_day {
            for (spread, evidence) in self.spreads.iter_mut().zip(evidences) {
                spread.learn(evidence, *calm, width);
            }
        }
        if self.spike.is_none() && seen.count > 0 {
            let keep = keep(AUTHOR_MEMORY_DAYS, ground.grid.per_day());
            self.authors.learn(keep, seen.authors as f64, seen.count as f64);
        }
    }
}

/// A bucket as it was judged.
struct Judged {
    evidences: [Evidence; WINDOWS.len()],
    expected: Expected,
    moment: Moment,
    /// Whether no spike was open before it.
    calm: bool,
}

impl Grid {
    /// The first millisecond of a bucket.
    pub fn start_of(self, bucket: Bucket) -> EventTime {
        self.origin + Millis::new(bucket.number().saturating_mul(self.width.get()))
    }

    /// Buckets in 24 hours, with fractions.
    pub fn per_day(self) -> f64 {
        Millis::days(1).as_seconds() / self.width.as_seconds()
    }
}
